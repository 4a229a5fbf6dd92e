from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_message_attempts"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="halted_because",
            field=models.CharField(blank=True, editable=False, max_length=400, verbose_name="arrêtée parce que"),
        ),
    ]
