"""An import of young people: its file, its rows as read, what it changed; and the walls around them."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.rls import protect, same_structure


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitation_links"),
        ("core", "0004_trades_and_activities"),
        ("youth", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YouthImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200, verbose_name="fichier")),
                ("file_size", models.PositiveIntegerField(help_text="en octets", verbose_name="taille")),
                (
                    "file_digest",
                    models.CharField(help_text="SHA-256, hexadécimal", max_length=64, verbose_name="empreinte"),
                ),
                ("sheet", models.CharField(blank=True, max_length=100, verbose_name="feuille")),
                ("header_row", models.PositiveIntegerField(default=0, verbose_name="ligne d’en-tête")),
                ("header_rows", models.PositiveSmallIntegerField(default=1, verbose_name="lignes d’en-tête")),
                ("labels", models.JSONField(default=list, verbose_name="colonnes")),
                (
                    "mapping",
                    models.JSONField(default=dict, help_text="{rang de colonne: champ}", verbose_name="correspondance"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "fichier reçu"),
                            ("previewing", "lecture en cours"),
                            ("previewed", "à vérifier"),
                            ("applying", "import en cours"),
                            ("applied", "importé"),
                            ("undoing", "annulation en cours"),
                            ("undone", "annulé"),
                            ("failed", "en échec"),
                        ],
                        default="uploaded",
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("counts", models.JSONField(default=dict, verbose_name="décompte")),
                ("decisions", models.JSONField(default=dict, help_text="{classe: décision}", verbose_name="décisions")),
                (
                    "report",
                    models.JSONField(
                        default=dict, help_text="ce que l’import a écrit, et ce qu’il a laissé", verbose_name="bilan"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="déposé le")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="importé le")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="annulé le")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
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
                "verbose_name": "import de jeunes",
                "verbose_name_plural": "imports de jeunes",
            },
        ),
        migrations.CreateModel(
            name="YouthImportChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=20, verbose_name="table")),
                ("object_id", models.BigIntegerField(verbose_name="ligne")),
                ("created", models.BooleanField(default=False, verbose_name="créée")),
                ("before", models.JSONField(default=dict, verbose_name="avant")),
                ("written_version", models.PositiveIntegerField(default=1, verbose_name="version écrite")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="youth.youthimportbatch"
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
                "verbose_name": "écriture d’import de jeunes",
                "verbose_name_plural": "écritures d’import de jeunes",
            },
        ),
        migrations.CreateModel(
            name="YouthImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="contenu")),
                (
                    "workbook",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="classeur"
                    ),
                ),
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="file", to="youth.youthimportbatch"
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
                "verbose_name": "fichier d’import de jeunes",
                "verbose_name_plural": "fichiers d’import de jeunes",
            },
        ),
        migrations.CreateModel(
            name="YouthImportMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.CharField(max_length=64, verbose_name="signature des colonnes")),
                (
                    "mapping",
                    models.JSONField(
                        default=dict, help_text="{libellé de colonne: champ}", verbose_name="correspondance"
                    ),
                ),
                ("used_at", models.DateTimeField(auto_now=True, verbose_name="servie le")),
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
                "verbose_name": "correspondance retenue pour les jeunes",
                "verbose_name_plural": "correspondances retenues pour les jeunes",
            },
        ),
        migrations.CreateModel(
            name="YouthImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(help_text="telle que le tableur la numérote", verbose_name="ligne"),
                ),
                (
                    "row_class",
                    models.CharField(
                        choices=[
                            ("new", "nouvelle"),
                            ("changed", "modifiée"),
                            ("unchanged", "inchangée"),
                            ("doubtful", "doublon possible"),
                            ("error", "en erreur"),
                        ],
                        max_length=10,
                        verbose_name="classe",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("create", "créer"), ("update", "mettre à jour"), ("ignore", "ignorer")],
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                ("values", models.JSONField(default=dict, verbose_name="valeurs")),
                (
                    "raw",
                    models.JSONField(
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text="telles que lues, pour le fichier des erreurs",
                        verbose_name="cellules",
                    ),
                ),
                (
                    "changes",
                    models.JSONField(default=dict, help_text="{champ: [avant, après]}", verbose_name="modifications"),
                ),
                (
                    "remarks",
                    models.JSONField(
                        default=list,
                        help_text="[{kind: repair, warning ou error, row, column, before, after, message}]",
                        verbose_name="remarques",
                    ),
                ),
                (
                    "candidates",
                    models.JSONField(
                        default=list,
                        help_text="[{young_person, why}], la plus probable d’abord",
                        verbose_name="ressemblances",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="youth.youthimportbatch"
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
                (
                    "young_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="youth.youngperson",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’import de jeunes",
                "verbose_name_plural": "lignes d’import de jeunes",
            },
        ),
        migrations.AddIndex(
            model_name="youthimportbatch",
            index=models.Index(fields=["structure", "-created_at"], name="youth_import_batch_idx"),
        ),
        migrations.AddIndex(
            model_name="youthimportchange",
            index=models.Index(fields=["batch", "model", "object_id"], name="youth_import_change_idx"),
        ),
        migrations.AddConstraint(
            model_name="youthimportmapping",
            constraint=models.UniqueConstraint(fields=("structure", "signature"), name="youth_import_mapping_unique"),
        ),
        migrations.AddIndex(
            model_name="youthimportrow",
            index=models.Index(fields=["batch", "row_class", "number"], name="youth_import_row_idx"),
        ),
        protect(
            "youth_youthimportbatch",
            "youth_youthimportchange",
            "youth_youthimportfile",
            "youth_youthimportmapping",
            "youth_youthimportrow",
        ),
        same_structure("youth_youthimportrow", "young_person_id", "youth_youngperson"),
    ]
