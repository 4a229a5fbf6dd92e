"""Row-level security, foreign keys that cannot cross structures, places that cannot be overbooked."""

from django.db import migrations

from core.rls import protect, same_structure

# (child table, its column, parent table)
SAME_STRUCTURE = [
    ("opportunities_opportunity", "company_id", "companies_company"),
    ("opportunities_opportunity", "contact_id", "companies_contact"),
    ("opportunities_opportunity", "copied_from_id", "opportunities_opportunity"),
    ("opportunities_opportunitymove", "opportunity_id", "opportunities_opportunity"),
    ("opportunities_criteriachange", "opportunity_id", "opportunities_opportunity"),
    ("opportunities_placement", "opportunity_id", "opportunities_opportunity"),
    ("opportunities_placement", "young_person_id", "youth_youngperson"),
    ("opportunities_placement", "need_id", "youth_need"),
    ("opportunities_placementmove", "placement_id", "opportunities_placement"),
    ("opportunities_immersion", "placement_id", "opportunities_placement"),
    ("opportunities_immersion", "tutor_id", "companies_contact"),
    ("opportunities_profilelink", "placement_id", "opportunities_placement"),
    ("opportunities_profileview", "link_id", "opportunities_profilelink"),
]

# `taken` follows the placements that take a place. It is added to, never counted again: of two people taking the last
# place in the same second, the second waits for the first on the row, then meets the constraint.
TAKEN = migrations.RunSQL(
    sql="""
        CREATE FUNCTION opportunities_takes_place(state text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE WHEN state IN ('accepted', 'started', 'ended', 'broken') THEN 1 ELSE 0 END
        $$;
        CREATE FUNCTION opportunities_count_taken() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            before integer := 0;
            after integer := 0;
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                before := opportunities_takes_place(OLD.state);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                after := opportunities_takes_place(NEW.state);
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.opportunity_id <> NEW.opportunity_id THEN
                UPDATE opportunities_opportunity SET taken = taken - before WHERE id = OLD.opportunity_id;
                UPDATE opportunities_opportunity SET taken = taken + after WHERE id = NEW.opportunity_id;
            ELSIF before <> after THEN
                UPDATE opportunities_opportunity SET taken = taken + after - before
                    WHERE id = COALESCE(NEW.opportunity_id, OLD.opportunity_id);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER placement_takes_place
            AFTER INSERT OR DELETE OR UPDATE OF state, opportunity_id ON opportunities_placement
            FOR EACH ROW EXECUTE FUNCTION opportunities_count_taken();
    """,
    reverse_sql="""
        DROP TRIGGER placement_takes_place ON opportunities_placement;
        DROP FUNCTION opportunities_count_taken();
        DROP FUNCTION opportunities_takes_place(text);
    """,
)

ONE_MONTH = migrations.RunSQL(
    sql="""
        ALTER TABLE opportunities_immersion ADD CONSTRAINT immersion_one_month_at_most
            CHECK (ends_on < starts_on + interval '1 month');
    """,
    reverse_sql="ALTER TABLE opportunities_immersion DROP CONSTRAINT immersion_one_month_at_most;",
)


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0002_relations"),
        ("companies", "0003_walls"),
        ("youth", "0002_walls"),
    ]

    operations = [
        protect(
            "opportunities_criteriachange",
            "opportunities_immersion",
            "opportunities_opportunity",
            "opportunities_opportunitymove",
            "opportunities_placement",
            "opportunities_placementmove",
            "opportunities_profilelink",
            "opportunities_profileview",
        ),
        *[same_structure(*row) for row in SAME_STRUCTURE],
        TAKEN,
        ONE_MONTH,
    ]
