"""Views of every list. Their tables come from `companies`, renamed with their walls, and hold views of its list."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STRUCTURE = models.ForeignKey(
    db_index=False,
    on_delete=django.db.models.deletion.CASCADE,
    related_name="+",
    to="accounts.structure",
    verbose_name="structure",
)
KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def unique_name(*fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=fields,
        name="saved_view_name_unique",
        violation_error_message="Vous avez déjà une vue de ce nom.",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_approval"),
        ("core", "0005_periodic_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        KEY,
                        ("structure", STRUCTURE.clone()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="créée par",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="nom")),
                        (
                            "query",
                            models.CharField(
                                blank=True,
                                help_text="tels que l’adresse les porte",
                                max_length=1000,
                                verbose_name="filtres",
                            ),
                        ),
                        ("is_shared", models.BooleanField(default=False, verbose_name="partagée avec la structure")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")),
                    ],
                    options={
                        "verbose_name": "vue enregistrée",
                        "verbose_name_plural": "vues enregistrées",
                        "constraints": [unique_name("structure", "owner", "name")],
                    },
                ),
                migrations.CreateModel(
                    name="DefaultView",
                    fields=[
                        KEY,
                        ("listing", models.CharField(max_length=30, verbose_name="liste")),
                        ("structure", STRUCTURE.clone()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "view",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.savedview"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vue par défaut",
                        "verbose_name_plural": "vues par défaut",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "listing"), name="default_view_unique")
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="savedview",
            name="listing",
            field=models.CharField(default="companies", max_length=30, verbose_name="liste"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="savedview", name="saved_view_name_unique"),
        migrations.AddConstraint(
            model_name="savedview", constraint=unique_name("structure", "owner", "listing", "name")
        ),
    ]
