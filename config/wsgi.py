"""WSGI entry point."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from core.working_days import is_working_day

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

application = get_wsgi_application()

# Python's search for dead cycles goes again and again over all that lives, in the midst of a page and for up to 80 ms.
# What start-up loads, views included, stays as long as the process: it is set apart; the rest is searched less often.
import_module(settings.ROOT_URLCONF)
# The calendars of holidays take half a second to be loaded: not in the first page that asks for one.
is_working_day(timezone.localdate())
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
