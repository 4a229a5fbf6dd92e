"""Keep the search table: whoever writes a company or a contact, by whatever way, is found at once."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION companies_search_digits(VARIADIC texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(array_to_string(texts, ' '), '\+33', '0', 'g'), '[^0-9 ]', '', 'g'));

CREATE FUNCTION companies_index_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM companies_searchentry WHERE company_id = NEW.id AND contact_id IS NULL;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO companies_searchentry (structure_id, company_id, contact_id, text, digits) VALUES (
            NEW.structure_id, NEW.id, NULL,
            search_key(concat_ws(' ', NEW.trade_name, NEW.legal_name, NEW.city, NEW.postcode, NEW.email)),
            companies_search_digits(NEW.siret, NEW.phone)
        );
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION companies_index_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM companies_searchentry WHERE contact_id = NEW.id;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO companies_searchentry (structure_id, company_id, contact_id, text, digits) VALUES (
            NEW.structure_id, NEW.company_id, NEW.id,
            search_key(concat_ws(' ', NEW.first_name, NEW.last_name, NEW.job_title, NEW.email)),
            companies_search_digits(NEW.phone, NEW.mobile)
        );
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER companies_company_search_insert AFTER INSERT ON companies_company
    FOR EACH ROW EXECUTE FUNCTION companies_index_company();
CREATE TRIGGER companies_company_search_update
    AFTER UPDATE OF trade_name, legal_name, city, postcode, email, siret, phone, deleted_at ON companies_company
    FOR EACH ROW
    WHEN ((OLD.trade_name, OLD.legal_name, OLD.city, OLD.postcode, OLD.email, OLD.siret, OLD.phone, OLD.deleted_at)
        IS DISTINCT FROM
        (NEW.trade_name, NEW.legal_name, NEW.city, NEW.postcode, NEW.email, NEW.siret, NEW.phone, NEW.deleted_at))
    EXECUTE FUNCTION companies_index_company();
CREATE TRIGGER companies_contact_search_insert AFTER INSERT ON companies_contact
    FOR EACH ROW EXECUTE FUNCTION companies_index_contact();
CREATE TRIGGER companies_contact_search_update
    AFTER UPDATE OF first_name, last_name, job_title, email, phone, mobile, deleted_at, company_id
    ON companies_contact
    FOR EACH ROW
    WHEN ((OLD.first_name, OLD.last_name, OLD.job_title, OLD.email, OLD.phone, OLD.mobile, OLD.deleted_at,
        OLD.company_id) IS DISTINCT FROM (NEW.first_name, NEW.last_name, NEW.job_title, NEW.email, NEW.phone,
        NEW.mobile, NEW.deleted_at, NEW.company_id))
    EXECUTE FUNCTION companies_index_contact();
"""

BACKWARD = """
DROP TRIGGER companies_contact_search_update ON companies_contact;
DROP TRIGGER companies_contact_search_insert ON companies_contact;
DROP TRIGGER companies_company_search_update ON companies_company;
DROP TRIGGER companies_company_search_insert ON companies_company;
DROP FUNCTION companies_index_contact();
DROP FUNCTION companies_index_company();
DROP FUNCTION companies_search_digits(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_walls")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
