from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_trades_and_activities"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activityentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("interaction", "Échanges"),
                    ("action", "Actions"),
                    ("change", "Modifications"),
                    ("import", "Imports"),
                    ("merge", "Fusions"),
                    ("opportunity", "Opportunités"),
                    ("placement", "Positionnements"),
                    ("need", "Besoins"),
                    ("pathway", "Parcours"),
                    ("campaign", "Campagnes"),
                ],
                max_length=20,
                verbose_name="genre",
            ),
        ),
        migrations.CreateModel(
            name="PeriodicRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=60, verbose_name="tâche")),
                ("period", models.CharField(max_length=40, verbose_name="période")),
                ("at", models.DateTimeField(verbose_name="prise le")),
            ],
            options={
                "verbose_name": "passage périodique",
                "verbose_name_plural": "passages périodiques",
                "constraints": [models.UniqueConstraint(fields=("job", "period"), name="periodic_run_unique")],
            },
        ),
    ]
