from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_draft_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="attempted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dernier essai le"),
        ),
        migrations.AddField(
            model_name="message",
            name="noted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="porté au fil le"),
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_rate_idx",
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["structure", "attempted_at"], name="message_rate_idx"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("noted_at", None), ("state", "sent")),
                fields=["structure", "id"],
                name="message_to_note_idx",
            ),
        ),
    ]
