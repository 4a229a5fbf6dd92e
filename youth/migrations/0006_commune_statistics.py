from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("youth", "0005_guards_of_files")]

    # A code and a name go together. Without knowing it, PostgreSQL expects thousands of groups where needs are counted
    # by commune, and sorts them all rather than hash them.
    operations = [
        migrations.RunSQL(
            sql="CREATE STATISTICS need_commune_stats (ndistinct) ON phase, insee_code, city FROM youth_need;"
            "ANALYZE youth_need;",
            reverse_sql="DROP STATISTICS need_commune_stats;",
        )
    ]
