from django.db import migrations

from core.rls import protect


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables")]

    operations = [protect("core_activityentry", "core_job")]
