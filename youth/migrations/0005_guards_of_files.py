"""The register outlives a file, erasures are kept in a ledger, and a file has a latest end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.rls import protect

# The owner is bound by the policies too: they are lifted for her while she fills what is new.
FILL = migrations.RunSQL(
    sql="""
        ALTER TABLE youth_youngperson NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE youth_fileaccess NO FORCE ROW LEVEL SECURITY;
        UPDATE youth_fileaccess SET file_number = young_person_id;
        INSERT INTO youth_erasedfile (structure_id, file_number, erased_at)
            SELECT structure_id, id, anonymised_at FROM youth_youngperson WHERE anonymised_at IS NOT NULL;
        UPDATE youth_youngperson SET keep_until = (CURRENT_DATE + interval '3 years')::date
            WHERE keep_until > (CURRENT_DATE + interval '3 years')::date;
        ALTER TABLE youth_fileaccess FORCE ROW LEVEL SECURITY;
        ALTER TABLE youth_youngperson FORCE ROW LEVEL SECURITY;
    """,
    reverse_sql="DELETE FROM youth_fileaccess WHERE young_person_id IS NULL;",
)

# Checked on the day it is written, and truer each day: a restored copy passes too. One day more, for a database whose
# clock is not that of the application.
CEILING = migrations.RunSQL(
    sql="""
        ALTER TABLE youth_youngperson ADD CONSTRAINT young_person_keep_ceiling
            CHECK (keep_until <= CURRENT_DATE + interval '3 years 1 day');
    """,
    reverse_sql="ALTER TABLE youth_youngperson DROP CONSTRAINT young_person_keep_ceiling;",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_approval"),
        ("youth", "0004_count_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_number", models.PositiveBigIntegerField(verbose_name="numéro du dossier")),
                ("erased_at", models.DateTimeField(verbose_name="effacé le")),
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
            options={"verbose_name": "dossier effacé", "verbose_name_plural": "dossiers effacés"},
        ),
        migrations.AddConstraint(
            model_name="erasedfile",
            constraint=models.UniqueConstraint(fields=("structure", "file_number"), name="erased_file_once"),
        ),
        migrations.AddField(
            model_name="fileaccess",
            name="file_number",
            field=models.PositiveBigIntegerField(default=0, verbose_name="numéro du dossier"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="fileaccess",
            name="young_person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="accesses",
                to="youth.youngperson",
            ),
        ),
        migrations.AddField(
            model_name="youthimportbatch",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="raison"),
        ),
        migrations.AddField(
            model_name="youthimportbatch",
            name="reason_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="raison donnée par",
            ),
        ),
        migrations.AddField(
            model_name="youthimportrow",
            name="is_elsewhere",
            field=models.BooleanField(default=False, verbose_name="suivi par quelqu’un d’autre"),
        ),
        FILL,
        CEILING,
        protect("youth_erasedfile"),
    ]
