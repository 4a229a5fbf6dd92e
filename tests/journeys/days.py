"""Days that pass, as the timetable and the sender would live them: `python -m tests.journeys.days 2026-11-23 10`.

So many working days from that one on, each at night, in the morning and in the evening; the clock of this process is
moved, its database and its mail server are real.
"""

import datetime as dt
import sys

import django
import time_machine

HOURS = (dt.time(5, 0), dt.time(9, 30), dt.time(21, 0))


def live(first: dt.date, count: int) -> None:
    from django.utils import timezone

    from accounts.models import Structure
    from campaigns.actions.sending import send_outbox
    from campaigns.tasks import run_days
    from core.working_days import PARIS, is_working_day

    day = first
    while count:
        count -= is_working_day(day)
        for hour in HOURS:
            with time_machine.travel(dt.datetime.combine(day, hour, PARIS), tick=True):
                run_days()
                for structure in Structure.objects.order_by("pk"):
                    send_outbox(structure=structure, clock=timezone.now)
        day += dt.timedelta(days=1)


if __name__ == "__main__":
    django.setup()
    live(dt.date.fromisoformat(sys.argv[1]), int(sys.argv[2]))
