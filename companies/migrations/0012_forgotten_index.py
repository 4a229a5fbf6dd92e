"""The forgotten companies of an adviser are read in the order of the day, not sorted out of all of hers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0011_hand_over_saved_views")]

    operations = [
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                models.F("structure"),
                models.F("adviser"),
                models.OrderBy(models.F("last_interaction_on"), nulls_first=True),
                models.F("id"),
                condition=models.Q(
                    ("deleted_at", None),
                    ("next_action_on", None),
                    ("relation_state__in", ("in_relation", "partner", "ambassador")),
                ),
                name="company_forgotten_idx",
            ),
        ),
    ]
