import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_approval"),
        ("companies", "0010_solicitations"),
        ("core", "0005_periodic_runs"),
        ("opportunities", "0005_list_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_board_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_state_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_title_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_received_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_manager_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_answer_idx",
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opportunity_count_idx",
        ),
        migrations.AddField(
            model_name="opportunity",
            name="deleted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="mise à la corbeille le"),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="deleted_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="mise à la corbeille par",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "phase", "state", "title_key", "id"],
                name="opportunity_board_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "state", "title_key", "id"],
                name="opportunity_state_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "title_key", "id"],
                name="opportunity_title_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "received_on", "id"],
                name="opportunity_received_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "answer_by", "id"],
                name="opportunity_answer_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure", "managed_by", "state"],
                name="opportunity_manager_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["structure"],
                include=("company", "state", "phase", "places", "taken", "ends_on", "state_since"),
                name="opportunity_count_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["structure", "deleted_at"],
                name="opportunity_binned_idx",
            ),
        ),
    ]
