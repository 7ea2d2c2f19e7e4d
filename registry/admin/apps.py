"""The admin application, with the registry's own site."""

from django.contrib.admin.apps import AdminConfig


class RegistryAdminConfig(AdminConfig):
    default_site = "registry.admin.site.RegistrySite"
