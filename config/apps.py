from django.apps import AppConfig
from django.db.backends.signals import connection_created

from config.plain_role import refuse_privileged_role


class ConfigConfig(AppConfig):
    """Composition root: holds the commands that cross apps."""

    name = "config"
    verbose_name = "configuration"

    def ready(self) -> None:
        connection_created.connect(refuse_privileged_role)
