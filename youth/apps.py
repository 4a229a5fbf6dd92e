from django.apps import AppConfig


class YouthConfig(AppConfig):
    name = "youth"
    verbose_name = "jeunes"
