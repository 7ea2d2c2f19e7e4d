"""Where everything is."""

from django.contrib import admin
from django.urls import include, path

from registry import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("favicon.ico", pages.icon),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("programs.api.urls")),
]
handler400 = "registry.failing.bad_request"
handler500 = "registry.failing.server_error"
