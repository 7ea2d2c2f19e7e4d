"""People in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from registry.admin.lists import Lists
from registry.models import User


@admin.register(User)
class People(Lists, UserAdmin):
    """Users are deactivated, never deleted: the journal names them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(Group)


@admin.register(Group)
class Groups(Lists, GroupAdmin):
    """Who may do what, by group."""
