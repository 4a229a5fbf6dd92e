from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Composition root: holds the commands that cross apps."""

    name = "config"
    verbose_name = "configuration"
