from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes"

    def ready(self) -> None:
        from allauth.mfa import signals  # noqa: PLC0415 -- models are ready now

        from accounts import second_factor  # noqa: PLC0415

        signals.authenticator_added.connect(second_factor.on_factor_added)
        signals.authenticator_removed.connect(second_factor.on_factor_removed)
