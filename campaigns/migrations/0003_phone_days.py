from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_approval"),
        ("campaigns", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="phone_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="vide\xa0: à la date limite",
                null=True,
                verbose_name="à appeler après la dernière relance (jours ouvrés)",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone_days", None), ("phone_days__range", (1, 60)), _connector="OR"),
                name="campaign_phone_days",
                violation_error_message="On appelle au plus tôt un jour ouvré après, et au plus tard 60.",
            ),
        ),
    ]
