"""What recurs is done once a period, whoever rings the bell, and however often."""

import datetime as dt

from django.db import models, transaction
from django.db.utils import IntegrityError


class PeriodicRun(models.Model):
    """A row is inserted before the work begins: of two timetables that ring together, the second finds it taken."""

    job = models.CharField("tâche", max_length=60)
    period = models.CharField("période", max_length=40)
    at = models.DateTimeField("prise le")

    class Meta:
        verbose_name = "passage périodique"
        verbose_name_plural = "passages périodiques"
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="periodic_run_unique")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


def take_period(*, job: str, period: str, now: dt.datetime) -> bool:
    """True for the one caller that may do it; the row commits with what the caller writes in the same transaction."""
    try:
        with transaction.atomic():
            PeriodicRun.objects.create(job=job, period=period, at=now)
    except IntegrityError:
        return False
    return True
