"""Row-level security, foreign keys that cannot cross structures, and what only a trigger can refuse."""

from django.db import migrations

from core.rls import protect, same_structure

# (child table, its column, parent table)
SAME_STRUCTURE = [
    ("youth_pathwaymove", "young_person_id", "youth_youngperson"),
    ("youth_obstacle", "young_person_id", "youth_youngperson"),
    ("youth_obstacleshare", "obstacle_id", "youth_obstacle"),
    ("youth_need", "young_person_id", "youth_youngperson"),
    ("youth_needmove", "need_id", "youth_need"),
    ("youth_fileaccess", "young_person_id", "youth_youngperson"),
]

# 16 to 25 years old on entering, 29 with a recognised disability; an anonymous file keeps only a year of birth.
AGE = migrations.RunSQL(
    sql="""
        ALTER TABLE youth_youngperson ADD CONSTRAINT young_person_age_at_entry CHECK (
            anonymised_at IS NOT NULL OR (
                entered_on >= birth_date + interval '16 years'
                AND entered_on < birth_date
                    + CASE WHEN has_rqth THEN interval '30 years' ELSE interval '26 years' END
            )
        );
    """,
    reverse_sql="ALTER TABLE youth_youngperson DROP CONSTRAINT young_person_age_at_entry;",
)

# A need waits only for somebody who is accompanied; leaving closes her needs first.
NEEDS_OF_THE_ACCOMPANIED = migrations.RunSQL(
    sql="""
        CREATE FUNCTION youth_need_of_who_left() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.state IN ('open', 'proposed') AND EXISTS (
                SELECT 1 FROM youth_youngperson WHERE id = NEW.young_person_id AND step = 'left' FOR SHARE
            ) THEN
                RAISE EXCEPTION 'Ce jeune est sorti : il n’a plus de besoin ouvert.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'need_of_accompanied';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER need_of_accompanied BEFORE INSERT OR UPDATE OF state, young_person_id ON youth_need
            FOR EACH ROW EXECUTE FUNCTION youth_need_of_who_left();

        CREATE FUNCTION youth_left_with_needs() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.step = 'left' AND EXISTS (
                SELECT 1 FROM youth_need WHERE young_person_id = NEW.id AND state IN ('open', 'proposed')
            ) THEN
                RAISE EXCEPTION 'Ce jeune a encore des besoins ouverts.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'left_without_needs';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER left_without_needs BEFORE UPDATE OF step ON youth_youngperson
            FOR EACH ROW WHEN (NEW.step = 'left') EXECUTE FUNCTION youth_left_with_needs();
    """,
    reverse_sql="""
        DROP TRIGGER left_without_needs ON youth_youngperson;
        DROP FUNCTION youth_left_with_needs();
        DROP TRIGGER need_of_accompanied ON youth_need;
        DROP FUNCTION youth_need_of_who_left();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("youth", "0001_tables"), ("core", "0004_trades_and_activities")]

    operations = [
        protect(
            "youth_fileaccess",
            "youth_need",
            "youth_needmove",
            "youth_obstacle",
            "youth_obstacleshare",
            "youth_pathwaymove",
            "youth_youngperson",
        ),
        *[same_structure(*row) for row in SAME_STRUCTURE],
        AGE,
        NEEDS_OF_THE_ACCOMPANIED,
    ]
