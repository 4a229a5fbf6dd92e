from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "opportunities"
    verbose_name = "opportunités"

    def ready(self) -> None:
        from companies import held_elsewhere as of_companies  # noqa: PLC0415 -- models are loaded by now
        from opportunities import held  # noqa: PLC0415 -- idem
        from opportunities.actions import prospecting  # noqa: PLC0415 -- idem
        from youth import held_elsewhere as of_youth  # noqa: PLC0415 -- idem

        of_companies.held_elsewhere(going_on=held.going_on_at)
        of_youth.held_elsewhere(
            export=held.placements_held,
            erase=held.erase_placements,
            going_on=held.going_on_for,
            settle=held.settle_placements,
            need_closed=prospecting.stop_soliciting,
        )
