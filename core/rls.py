"""SQL of the walls between structures, for migrations: row-level security policies, foreign keys that cannot cross.

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


def same_structure(table: str, column: str, parent: str) -> migrations.RunSQL:
    """Migration operation: the row and the one it points to are of the same structure.

    The parent needs a UNIQUE (structure_id, id).
    """
    name = f"{table}_{column}_same_structure"
    return migrations.RunSQL(
        sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (structure_id, {column})
            REFERENCES {parent} (structure_id, id) DEFERRABLE INITIALLY DEFERRED;
        """,
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )
