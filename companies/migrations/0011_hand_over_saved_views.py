"""Views of lists go down to `core`, which keeps those of every list: the tables are renamed, with their walls."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("companies", "0010_solicitations")]
    run_before = [("core", "0006_saved_views")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="DefaultView"),
                migrations.DeleteModel(name="SavedView"),
            ],
            database_operations=[
                migrations.RunSQL(
                    sql="""
                        ALTER TABLE companies_savedview RENAME TO core_savedview;
                        ALTER TABLE companies_defaultview RENAME TO core_defaultview;
                    """,
                    reverse_sql="""
                        ALTER TABLE core_defaultview RENAME TO companies_defaultview;
                        ALTER TABLE core_savedview RENAME TO companies_savedview;
                    """,
                ),
            ],
        ),
    ]
