"""Row-level security, and foreign keys that cannot cross structures."""

from django.db import migrations

from core.rls import protect

# A child row and its parent are of the same structure: (child table, its column, parent table, on delete).
SAME_STRUCTURE = [
    ("companies_contact", "company_id", "companies_company"),
    ("companies_interaction", "company_id", "companies_company"),
    ("companies_interaction", "next_action_id", "companies_nextaction"),
    ("companies_nextaction", "company_id", "companies_company"),
    ("companies_nextaction", "contact_id", "companies_contact"),
    ("companies_duplicatepair", "first_id", "companies_company"),
    ("companies_duplicatepair", "second_id", "companies_company"),
    ("companies_companymerge", "kept_id", "companies_company"),
    ("companies_companymerge", "absorbed_id", "companies_company"),
    ("companies_searchentry", "company_id", "companies_company"),
    ("companies_searchentry", "contact_id", "companies_contact"),
]


def same_structure(table: str, column: str, parent: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_structure"
    return migrations.RunSQL(
        sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (structure_id, {column})
            REFERENCES {parent} (structure_id, id) DEFERRABLE INITIALLY DEFERRED;
        """,
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_relations"), ("core", "0003_row_level_security")]

    operations = [
        protect(
            "companies_company",
            "companies_companymerge",
            "companies_contact",
            "companies_duplicatepair",
            "companies_importbatch",
            "companies_importchange",
            "companies_importfile",
            "companies_importmapping",
            "companies_importrow",
            "companies_interaction",
            "companies_nextaction",
            "companies_savedview",
            "companies_tag",
        ),
        *[same_structure(*row) for row in SAME_STRUCTURE],
    ]
