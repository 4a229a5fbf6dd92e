"""What the tables to come rely on: accent-free keys, trigrams, and the scope of row-level security."""

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

SEARCH_KEY = """
    CREATE FUNCTION search_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '\\s+', ' ', 'g'));
"""

# Nothing said, no structure: an empty array matches no row.
APP_STRUCTURES = """
    CREATE FUNCTION app_structures() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(coalesce(current_setting('app.structures', true), ''), ',')::bigint[];
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(SEARCH_KEY, "DROP FUNCTION search_key(text);"),
        migrations.RunSQL(APP_STRUCTURES, "DROP FUNCTION app_structures();"),
    ]
