"""The application that a server such as gunicorn calls."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
application = get_wsgi_application()

# Else the first request loads what answers it.
import_module(settings.ROOT_URLCONF)
# What is there now stays as long as the process. The collector of cycles went through
# all of it again and again, for an eighth of the time of a list page.
gc.collect()
gc.freeze()
