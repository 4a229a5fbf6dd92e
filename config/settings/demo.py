"""A fictional territory on one's own machine: plain HTTP on 127.0.0.1, known secret, no second factor.

Nothing here may serve real data: the sign-in page says so.
"""

import os

os.environ.setdefault("SECRET_KEY", "not-a-secret-the-demo-holds-invented-people-only-0000")

from config.settings.base import *  # noqa: F403 -- the environment comes first

DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Mail goes to a server of this machine that keeps it in files (`config.local.mail_sink`); without one, to files too.
# It reaches nobody, so it need not wait for Monday morning.
SENDING_AT_ANY_HOUR = True
if "EMAIL_URL" not in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BASE_DIR / ".local" / "mail"  # noqa: F405
