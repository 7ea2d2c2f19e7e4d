"""The admin site of the registry."""

from django.contrib import admin


class RegistrySite(admin.AdminSite):
    pass
