"""Settings of the side that is written by the tutorial, over the registry's tables.

Middleware as ``startproject`` writes it, Django REST framework as it comes.
"""

from registry.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK = {}
