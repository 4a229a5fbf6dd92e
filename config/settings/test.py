"""Settings of the tests: real database, real broker, real mail server; only slow or outward things are loosened."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-0000000000000000000000000000000000")
# Each xdist worker empties a Redis database of its own, never its neighbour's.
_server, _, _database = os.environ["REDIS_URL"].rpartition("/")
os.environ["REDIS_URL"] = f"{_server}/{int(_database) + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}"

from config.settings.base import *  # noqa: E402, F403 -- the environment comes first

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
DATABASES["default"]["TEST"] = {"NAME": env("TEST_DATABASE_NAME", default="test_trait_union")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# max_migration.txt: two branches that add a migration to one app meet in a conflict, not in a broken line.
INSTALLED_APPS += ["django_linear_migrations"]  # noqa: F405
WHITENOISE_USE_FINDERS = True
# The journeys walk the demo's territory: its accounts need no second factor there.
DEMO = env.bool("DEMO", default=False)  # noqa: F405
# Workers that tests start look at the real clock, on any day and at any hour.
SENDING_AT_ANY_HOUR = env.bool("SENDING_AT_ANY_HOUR", default=False)  # noqa: F405
