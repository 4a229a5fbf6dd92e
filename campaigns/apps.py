from django.apps import AppConfig
from django.conf import settings


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "campagnes"

    def ready(self) -> None:
        """The one signal listened to: it is the only door django-anymail has."""
        if settings.EMAIL_PROVIDER:
            from anymail.signals import tracking  # noqa: PLC0415 -- only where a provider is chosen

            from campaigns.actions.reports import on_report  # noqa: PLC0415 -- once models are there

            tracking.connect(on_report, dispatch_uid="campaigns.reports")
