"""What a filtered list counts is read in one narrow index, not in the rows of the companies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0007_default_views")]

    operations = [
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure"],
                include=(
                    "relation_state",
                    "sector",
                    "company_type",
                    "workforce_band",
                    "network_kind",
                    "is_pilot",
                    "adviser",
                    "last_interaction_on",
                    "next_action_on",
                    "id",
                ),
                name="company_count_idx",
            ),
        ),
    ]
