from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "opportunities"
    verbose_name = "opportunités"

    def ready(self) -> None:
        from opportunities.held import erase_placements, placements_held  # noqa: PLC0415 -- models are loaded by now
        from youth.held_elsewhere import held_elsewhere  # noqa: PLC0415 -- idem

        held_elsewhere(export=placements_held, erase=erase_placements)
