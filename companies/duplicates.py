"""Which companies may be one and the same.

Never on the name alone: a town hall and its schools share a name and are not duplicates. Two
companies whose SIRET are both known and differ are two establishments; only the same name *and* the
same telephone make us ask (one of the two SIRET may be mistyped).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, Value

from companies.enums import DuplicateState
from companies.models import Company, Contact, DuplicatePair
from core.text import search_key as text_key

# Addresses at a provider say nothing of the company.
PROVIDER_DOMAINS = frozenset(
    {
        "aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.fr", "hotmail.com", "hotmail.fr", "icloud.com",
        "laposte.net", "live.fr", "msn.com", "neuf.fr", "numericable.fr", "orange.fr", "outlook.com",
        "outlook.fr", "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr", "ymail.com",
    }
)  # fmt: skip
# A domain that more companies than this share is a head office's or a franchise's.
SHARED_DOMAIN_AT_MOST = 4
# The same of a telephone.
SHARED_PHONE_AT_MOST = 10
NEAR_NAME = 0.6

REASONS = {
    "siret": ("même SIRET", 100),
    "name_commune": ("même nom, même commune", 60),
    "near_name_commune": ("nom très proche, même commune", 45),
    "phone": ("même téléphone", 50),
    "domain": ("même domaine d’e-mail", 30),
}


@dataclass(frozen=True)
class Candidate:
    """A company that may be the one described. `reasons` as shown, `score` adds what each reason weighs."""

    company: Company
    reasons: list[str] = field(default_factory=list)
    score: int = 0


def email_domain(email: str) -> str:
    """The company's own domain, or nothing when the address is at a provider."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in PROVIDER_DOMAINS else domain


def similar_companies(*, user: Any, structure: Any, values: dict[str, str], limit: int = 5) -> list[Candidate]:
    """Companies of the structure that may be the one being typed, strongest first.

    `values` has any of legal_name, trade_name, siret (14 digits), city, postcode, insee_code, phone
    (E.164), email; `pk` leaves out the company itself.
    """
    visible = Company.objects.visible_to(user).filter(structure=structure).exclude(pk=values.get("pk") or 0)
    name = text_key(values.get("trade_name") or values.get("legal_name") or "")
    domain = email_domain(values.get("email", ""))
    hints = _hints(values, name, domain)
    if not hints:
        return []
    nearness: Any = Func(F("name_key"), Value(name), function="similarity", output_field=FloatField())
    rows = (
        visible.filter(_any(hints))
        .annotate(
            nearness=nearness,
            reached_at=Exists(_with_contact_phone(values.get("phone") or "-").filter(company=OuterRef("pk"))),
        )
        .order_by("-nearness", "pk")[:50]
    )
    candidates = [_judge(company, values, name, domain) for company in rows]
    found = [candidate for candidate in candidates if candidate.reasons]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.company.name_key))[:limit]


def _hints(values: dict[str, str], name: str, domain: str) -> list[Q]:
    """Conditions an index answers; `_judge` decides."""
    hints = []
    if values.get("siret"):
        hints.append(Q(siret=values["siret"]))
    if values.get("phone"):
        hints.append(Q(phone=values["phone"]) | Q(pk__in=_with_contact_phone(values["phone"]).values("company_id")))
    if domain:
        hints.append(Q(email__iendswith=f"@{domain}"))
    if name and (place := _same_place(values)):
        hints.append(place & (Q(name_key=name) | Q(name_key__trigram_similar=name)))
    return hints


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _with_contact_phone(phone: str) -> Any:
    return Contact.objects.kept().filter(Q(phone=phone) | Q(mobile=phone))


def _same_place(values: dict[str, str]) -> Q:
    place = Q()
    if values.get("insee_code"):
        place |= Q(insee_code=values["insee_code"])
    if values.get("city"):
        place |= Q(city_key=text_key(values["city"]))
    if values.get("postcode") and not place:
        place |= Q(postcode=values["postcode"])
    return place


def _judge(company: Any, values: dict[str, str], name: str, domain: str) -> Candidate:
    known = {
        "siret": bool(values.get("siret")) and company.siret == values["siret"],
        "phone": bool(values.get("phone")) and (company.phone == values["phone"] or company.reached_at),
        "domain": bool(domain) and email_domain(company.email) == domain,
        "name_commune": bool(name) and company.name_key == name and _in_same_place(company, values),
    }
    known["near_name_commune"] = (
        not known["name_commune"] and company.nearness >= NEAR_NAME and _in_same_place(company, values)
    )
    if values.get("siret") and company.siret and company.siret != values["siret"]:
        same_name = company.name_key == name
        known = {"phone": known["phone"] and same_name}
    kept = [key for key, holds in known.items() if holds]
    return Candidate(company, [REASONS[key][0] for key in kept], sum(REASONS[key][1] for key in kept))


def _in_same_place(company: Company, values: dict[str, str]) -> bool:
    if values.get("insee_code") and company.insee_code:
        return company.insee_code == values["insee_code"]
    if values.get("city"):
        return company.city_key == text_key(values["city"])
    return bool(values.get("postcode")) and company.postcode == values["postcode"]


# One row a pair and a reason, smaller pk first. The two companies are of one structure, out of the bin,
# and, but for the telephone under one name, not two establishments.
_SCAN = """
    WITH live AS MATERIALIZED (
        SELECT id, name_key, city_key, insee_code, siret, phone,
               CASE WHEN split_part(lower(email), '@', 2) = ANY (%(providers)s) THEN ''
                    ELSE split_part(lower(email), '@', 2) END AS domain
        FROM companies_company
        WHERE structure_id = %(structure)s AND deleted_at IS NULL
    ),
    rare AS (
        SELECT domain FROM live WHERE domain <> '' GROUP BY domain HAVING count(*) <= %(shared)s
    ),
    rare_phone AS (
        SELECT phone FROM live WHERE phone <> '' GROUP BY phone HAVING count(*) <= %(shared_phone)s
    ),
    found AS (
        SELECT a.id AS first_id, b.id AS second_id, 'name_commune' AS reason
        FROM live a JOIN live b ON b.name_key = a.name_key AND b.id > a.id
            AND ((a.insee_code <> '' AND a.insee_code = b.insee_code)
                 OR ((a.insee_code = '' OR b.insee_code = '') AND a.city_key <> '' AND a.city_key = b.city_key))
        WHERE a.siret = '' OR b.siret = '' OR a.siret = b.siret
      UNION ALL
        SELECT least(a.id, b.id), greatest(a.id, b.id), 'near_name_commune'
        FROM live a JOIN live b ON b.city_key = a.city_key AND b.id <> a.id AND b.name_key <> a.name_key
            AND similarity(a.name_key, b.name_key) >= %(near)s
        WHERE a.siret = '' AND a.city_key <> '' AND (b.siret <> '' OR b.id > a.id)
      UNION ALL
        SELECT a.id, b.id, 'phone'
        FROM live a JOIN rare_phone USING (phone) JOIN live b ON b.phone = a.phone AND b.id > a.id
        WHERE a.siret = '' OR b.siret = '' OR a.siret = b.siret OR a.name_key = b.name_key
      UNION ALL
        SELECT a.id, b.id, 'domain'
        FROM live a JOIN rare USING (domain) JOIN live b ON b.domain = a.domain AND b.id > a.id
        WHERE a.siret = '' OR b.siret = '' OR a.siret = b.siret
    )
    SELECT first_id, second_id, array_agg(DISTINCT reason ORDER BY reason) FROM found GROUP BY 1, 2
"""


def find_pairs(*, structure_id: int) -> list[tuple[int, int, list[str]]]:
    """Every pair of the structure with its reasons: (smaller pk, greater pk, keys of REASONS)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SCAN,
            {
                "structure": structure_id,
                "providers": sorted(PROVIDER_DOMAINS),
                "shared": SHARED_DOMAIN_AT_MOST,
                "shared_phone": SHARED_PHONE_AT_MOST,
                "near": NEAR_NAME,
            },
        )
        return cursor.fetchall()


def refresh_pairs(*, structure_id: int) -> int:
    """Write what a scan finds: new pairs are proposed, those that no longer hold go, decisions stay.

    Returns how many wait for a decision.
    """
    pairs = find_pairs(structure_id=structure_id)
    rows = [
        DuplicatePair(
            structure_id=structure_id,
            first_id=first,
            second_id=second,
            reasons=[REASONS[key][0] for key in keys],
            score=sum(REASONS[key][1] for key in keys),
        )
        for first, second, keys in pairs
    ]
    known = DuplicatePair.objects.filter(structure_id=structure_id)
    decided = set(known.exclude(state=DuplicateState.PROPOSED).values_list("first_id", "second_id"))
    known.filter(state=DuplicateState.PROPOSED).delete()
    fresh = [row for row in rows if (row.first_id, row.second_id) not in decided]
    DuplicatePair.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)
