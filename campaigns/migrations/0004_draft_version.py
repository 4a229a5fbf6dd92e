from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_phone_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="draft_version",
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name="version du brouillon"),
        ),
    ]
