"""SQL of the row-level security policies, for migrations.

FORCE binds the owner of the tables too: only a superuser passes by.
"""

from django.db import migrations


def _enable(table: str, column: str) -> str:
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY structure_scope ON {table}
            USING ({column} = ANY ((SELECT app_structures())::bigint[]))
            WITH CHECK ({column} = ANY ((SELECT app_structures())::bigint[]));
    """


def _disable(table: str) -> str:
    return f"""
        DROP POLICY structure_scope ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """


def protect(*tables: str, column: str = "structure_id") -> migrations.RunSQL:
    """Migration operation: rows of these tables exist only for the structures the transaction works for."""
    return migrations.RunSQL(
        sql="".join(_enable(table, column) for table in tables),
        reverse_sql="".join(_disable(table) for table in tables),
    )
