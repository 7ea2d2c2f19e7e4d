"""People in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from registry.models import User


@admin.register(User)
class People(UserAdmin):
    """Users are deactivated, never deleted: the journal names them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
