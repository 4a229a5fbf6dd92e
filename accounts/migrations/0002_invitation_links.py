"""Links of invitations drawn from a seed, sites that close, and the table where tries at signing in are counted."""

from django.conf import settings
from django.db import migrations, models

LIMITS = """
    CREATE TABLE accounts_limits (
        cache_key varchar(255) NOT NULL PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
    );
    CREATE INDEX accounts_limits_expires ON accounts_limits (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(LIMITS, "DROP TABLE accounts_limits"),
        migrations.AddField("site", "closed_at", models.DateTimeField(blank=True, null=True, verbose_name="fermée le")),
        migrations.AddField(
            "invitation",
            "seed",
            models.CharField(default="", max_length=32, verbose_name="graine du lien"),
            preserve_default=False,
        ),
        migrations.AddField(
            "invitation", "sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyée le")
        ),
        migrations.AlterField(
            "invitation", "created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")
        ),
        migrations.AddConstraint(
            "invitation",
            models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                fields=("structure", "email"),
                name="invitation_one_open",
                violation_error_message="Une invitation attend déjà une réponse à cette adresse.",
            ),
        ),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=models.Q(("email", models.functions.Lower("email"))), name="invitation_email_lower_case"
            ),
        ),
        migrations.AddIndex(
            "invitation",
            models.Index(
                condition=models.Q(("revoked_at", None), ("sent_at", None)),
                fields=["created_at"],
                name="invitation_to_send",
            ),
        ),
    ]
