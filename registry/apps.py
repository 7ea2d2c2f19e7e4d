"""The machinery: triggers and derived columns after every migration, its checks."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RegistryAdminConfig(admin.AdminConfig):
    """Django's admin, on the registry's own site."""

    default = False
    default_site = "registry.admin.site.RegistrySite"

    def ready(self) -> None:
        super().ready()
        # Not by discovery: the site is made while its package is being imported.
        from django.contrib import admin as admin_module

        from registry.admin import log, people, review, sign_in, tokens  # noqa: F401

        site: Any = admin_module.site
        site.waiting = review.waiting


class RegistryConfig(AppConfig):
    name = "registry"
    default = True
    verbose_name = _("Registry")

    def ready(self) -> None:
        from registry import checks, instants, search_sqlite, security_log  # noqa: F401

        pre_migrate.connect(_before_migrations, dispatch_uid="journal")
        post_migrate.connect(_after_migrations, dispatch_uid="journal")


def _before_migrations(using: str, **sent: Any) -> None:
    """Take the triggers off where SQLite would build tables anew under them.

    It refuses to while any trigger names a table that an earlier state lacks.
    """
    from registry import journal

    if sent.get("plan") and connections[using].vendor == "sqlite":
        journal.drop(journal.standing(using), using)


def _after_migrations(app_config: AppConfig, using: str, **sent: Any) -> None:
    """Put the triggers back that SQLite drops when a migration rebuilds a table.

    What is derived follows the code, such as a better list of readings.
    """
    from django.apps import apps

    from registry import derived, journal, search_index

    # Once, after the last application, when every table is there.
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if app_config == last:
        # The tables as they stand, which may lack columns of today; and before the
        # triggers, which may name tables of today.
        derived.refresh_all(using, sent.get("apps", apps))
        journal.install(using)
        search_index.install(using)
