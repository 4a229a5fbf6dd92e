"""What staging an import needs to keep: likely companies, sheets as read, what was written."""

import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0004_search_triggers"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="report",
            field=models.JSONField(
                default=dict, help_text="ce que l’import a écrit, et ce qu’il a laissé", verbose_name="bilan"
            ),
        ),
        migrations.AddField(
            model_name="importfile",
            name="workbook",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="classeur"
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="candidates",
            field=models.JSONField(default=list, verbose_name="ressemblances"),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="importrow",
            name="raw",
            field=models.JSONField(
                default=list,
                encoder=django.core.serializers.json.DjangoJSONEncoder,
                help_text="telles que lues, pour le fichier des erreurs",
                verbose_name="cellules",
            ),
        ),
    ]
