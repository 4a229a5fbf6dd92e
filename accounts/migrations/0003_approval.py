"""A role waits for a second person. Roles already held count as approved."""

from django.conf import settings
from django.db import migrations, models


def _somebody(verbose_name):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_invitation_links")]

    operations = [
        migrations.AddField(
            "membership", "awaits_approval", models.BooleanField(default=False, verbose_name="attend un accord")
        ),
        migrations.AddField("membership", "given_by", _somebody("donné par")),
        migrations.AddField("membership", "approved_by", _somebody("approuvé par")),
    ]
