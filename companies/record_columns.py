"""What the record reads beside a row, in the query that reads the row.

Written in SQL: put together by Django at each request, these columns cost more than the rows to read. Each names the
table of the row it stands beside.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL

from companies.enums import ProposedChangeState
from core.models import Nomenclature

_TEXTS = ArrayField(models.TextField())

_TAGS = """ARRAY(
    SELECT tag.name FROM companies_company_tags AS link JOIN companies_tag AS tag ON tag.id = link.tag_id
    WHERE link.company_id = companies_company.id ORDER BY tag.name, link.id)"""
_OCCUPATIONS = """ARRAY(
    SELECT occupation.label FROM companies_company_occupations AS link
    JOIN core_occupation AS occupation ON occupation.code = link.occupation_id
    WHERE link.company_id = companies_company.id ORDER BY occupation.label)"""
# Rév. 2 first: the one in force until 2027.
_ACTIVITY = """COALESCE(
    (SELECT label FROM core_activity WHERE nomenclature = %s AND code = companies_company.naf_code),
    (SELECT label FROM core_activity WHERE nomenclature = %s AND code = companies_company.naf_2025_code),
    '')"""
_CORRECTIONS = """(
    SELECT count(*) FROM companies_proposedchange AS change
    WHERE change.company_id = companies_company.id AND change.state = %s)"""
_ASKED = "EXISTS (SELECT FROM companies_solicitationentry AS entry WHERE entry.company_id = companies_company.id)"
_LIMIT = """(
    SELECT ARRAY[own.requests, own.days] FROM companies_solicitationlimit AS own
    WHERE own.structure_id = companies_company.structure_id AND own.service_level = companies_company.service_level)"""

_CONTACTS = """ARRAY(
    SELECT COALESCE(
        NULLIF(btrim(contact.first_name || ' ' || contact.last_name), ''),
        NULLIF(contact.job_title, ''), NULLIF(contact.email, ''), NULLIF(contact.mobile, ''), 'quelqu’un')
    FROM companies_interaction_contacts AS link JOIN companies_contact AS contact ON contact.id = link.contact_id
    WHERE link.interaction_id = companies_interaction.id ORDER BY contact.last_name, link.id)"""
_COLLEAGUES = """ARRAY(
    SELECT COALESCE(NULLIF(btrim(person.first_name || ' ' || person.last_name), ''), 'quelqu’un')
    FROM companies_interaction_colleagues AS link JOIN accounts_user AS person ON person.id = link.user_id
    WHERE link.interaction_id = companies_interaction.id ORDER BY person.last_name, link.id)"""


def of_company() -> dict[str, Any]:
    """`companies.queries.RecordFacts`, beside a company."""
    nomenclatures = (Nomenclature.NAF_REV2, Nomenclature.NAF_2025)
    return {
        "tag_names": _raw(_TAGS, _TEXTS),
        "occupation_labels": _raw(_OCCUPATIONS, _TEXTS),
        "naf_label": _raw(_ACTIVITY, models.TextField(), *nomenclatures),
        "waiting_corrections": _raw(_CORRECTIONS, models.IntegerField(), ProposedChangeState.PROPOSED),
        "was_asked": _raw(_ASKED, models.BooleanField()),
        "own_limit": _raw(_LIMIT, ArrayField(models.IntegerField())),
    }


def of_interaction() -> dict[str, Any]:
    """Who took part in an exchange; a contact without a name is said by its function, or its address."""
    return {"contact_names": _raw(_CONTACTS, _TEXTS), "colleague_names": _raw(_COLLEAGUES, _TEXTS)}


def _raw(sql: str, output: models.Field, *params: str) -> RawSQL:
    return RawSQL(sql, params, output_field=output)  # noqa: S611 -- constants, values apart
