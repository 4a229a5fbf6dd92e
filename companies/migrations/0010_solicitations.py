import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from core.rls import protect, same_structure


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_approval"),
        ("companies", "0009_activity_index"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="knows_aid",
            field=models.BooleanField(blank=True, null=True, verbose_name="connaît les aides à l’emploi des jeunes"),
        ),
        migrations.AddField(
            model_name="company",
            name="recruits_all",
            field=models.BooleanField(
                default=False, verbose_name="recrute femmes et hommes dans les métiers dits de l’autre"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="service_level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("individual", "Individuel (partenaire à fidéliser)"),
                    ("develop", "Développement (bonne relation, peu de solutions)"),
                    ("consolidate", "Consolidation (des solutions, une relation à travailler)"),
                    ("light", "Léger (à requalifier)"),
                ],
                max_length=15,
                verbose_name="niveau de service",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="welcomes_all",
            field=models.BooleanField(
                default=False, verbose_name="accueille femmes et hommes dans les métiers dits de l’autre"
            ),
        ),
        migrations.AddField(
            model_name="interaction",
            name="asked",
            field=models.BooleanField(default=False, verbose_name="nous lui avons demandé quelque chose"),
        ),
        migrations.CreateModel(
            name="ProposedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=40, verbose_name="champ")),
                ("before", models.CharField(blank=True, max_length=300, verbose_name="connu")),
                ("proposed", models.CharField(blank=True, max_length=300, verbose_name="proposé")),
                ("origin", models.CharField(blank=True, max_length=200, verbose_name="d’où cela vient")),
                ("proposed_at", models.DateTimeField(verbose_name="proposé le")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "à examiner"), ("accepted", "acceptée"), ("refused", "écartée")],
                        default="proposed",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidé le")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_changes",
                        to="companies.company",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction proposée",
                "verbose_name_plural": "corrections proposées",
                "indexes": [models.Index(fields=["company", "state"], name="proposed_change_company_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("company"),
                        django.db.models.functions.comparison.Coalesce("contact", 0),
                        models.F("field"),
                        condition=models.Q(("state", "proposed")),
                        name="proposed_change_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "proposed")),
                            models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposed_change_decision_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SolicitationEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("letter", "Courrier"),
                            ("email", "E-mail"),
                            ("call", "Appel"),
                            ("visit", "Visite"),
                            ("event", "Événement"),
                        ],
                        max_length=10,
                        verbose_name="comment",
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                ("title", models.CharField(max_length=200, verbose_name="quoi")),
                ("source_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="solicitation_entries",
                        to="companies.company",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "source_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "sollicitation adressée",
                "verbose_name_plural": "sollicitations adressées",
                "indexes": [
                    models.Index(fields=["company", "-on"], name="solicitation_entry_company_idx"),
                    models.Index(fields=["structure", "on"], name="solicitation_entry_day_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)),
                        fields=("company", "source_type", "source_id"),
                        name="solicitation_entry_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SolicitationLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "service_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("individual", "Individuel (partenaire à fidéliser)"),
                            ("develop", "Développement (bonne relation, peu de solutions)"),
                            ("consolidate", "Consolidation (des solutions, une relation à travailler)"),
                            ("light", "Léger (à requalifier)"),
                        ],
                        max_length=15,
                        verbose_name="niveau de service",
                    ),
                ),
                ("requests", models.PositiveSmallIntegerField(verbose_name="demandes au plus")),
                ("days", models.PositiveSmallIntegerField(verbose_name="en jours")),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "limite de sollicitation",
                "verbose_name_plural": "limites de sollicitation",
                "constraints": [
                    models.UniqueConstraint(fields=("structure", "service_level"), name="solicitation_limit_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 730)), ("requests__gte", 1)),
                        name="solicitation_limit_sensible",
                        violation_error_message="Au moins une demande, sur une durée d’un jour à deux ans.",
                    ),
                ],
            },
        ),
        protect("companies_proposedchange", "companies_solicitationentry", "companies_solicitationlimit"),
        same_structure("companies_proposedchange", "company_id", "companies_company"),
        same_structure("companies_proposedchange", "contact_id", "companies_contact"),
        same_structure("companies_solicitationentry", "company_id", "companies_company"),
    ]
