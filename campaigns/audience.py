"""Whom a campaign writes to, and whom it leaves out, why, and what mends it.

A company is written to at the address of one person: its main contact, else whoever decides, else the next one who has
an address; without anybody, at its own. The number of queries is the same for one company and for two thousand.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from campaigns.enums import LIVE_CAMPAIGNS, Channel, Exclusion, RecipientState
from campaigns.letters import values_for, whole_text
from campaigns.merge_fields import FIELDS, missing_in, missing_labels
from campaigns.models import Campaign, LetterVersion, Recipient, SendingSettings, Suppression
from companies.enums import ContactPart, DuplicateState, RelationState
from companies.listing import CompanyListing
from companies.models import Company, Contact, DuplicatePair
from companies.queries import past_requests, solicitation_limits
from companies.solicitations import Limit, PastRequest, longest_window, standing
from core.french import counted, french_date

MAX_AUDIENCE = 5000
SIREN_LENGTH = 9
# A person may judge otherwise: nothing there says that the company does not want to be written to.
OVERRIDABLE = frozenset({Exclusion.ANSWERED_LATELY, Exclusion.DUPLICATE, Exclusion.WATCH, Exclusion.BY_HAND})
# Whom we write to first, when nobody is the main contact.
_PARTS = {ContactPart.DECIDES: 0, ContactPart.HUMAN_RESOURCES: 1, ContactPart.CSR: 2}
# Pages that end where they were asked to.
_FORMS = frozenset({"companies:contact_edit", "companies:contact_create", "companies:company_edit"})
_NOTE_LENGTH = Recipient._meta.get_field("exclusion_note").max_length or 300


@dataclass(frozen=True)
class Line:
    """One company of the audience. `exclusion`: "" for one that is written to; `note` says it to the person."""

    company: Company
    channel: str
    contact: Contact | None = None
    email: str = ""
    exclusion: str = ""
    note: str = ""

    @property
    def is_included(self) -> bool:
        return self.exclusion == ""

    def left_out(self, exclusion: Exclusion, note: str = "") -> "Line":
        return replace(self, exclusion=exclusion.value, note=note[:_NOTE_LENGTH])


@dataclass(frozen=True)
class Fix:
    """A gesture that lets the company in: a page of ours."""

    label: str
    url: str


# --- which companies ----------------------------------------------------------------------------
def companies_listed(*, user: Any, structure: Any, query: str, today: dt.date) -> CompanyListing:
    """The list of companies of that address, in that structure, as that person sees it."""
    base = Company.objects.visible_to(user).filter(structure=structure)
    return CompanyListing(user=user, base=base, query=QueryDict(query), today=today)


# --- who is left out ----------------------------------------------------------------------------
def audience_lines(
    *,
    companies: Iterable[int] | QuerySet,
    structure: Any,
    channel: str,
    settings: SendingSettings,
    now: dt.datetime,
    today: dt.date,
    campaign: Campaign | None = None,
    kept: Collection[int] = (),
    removed: Mapping[int, str] | None = None,
) -> list[Line]:
    """A line for each company (pks), by name. Nine queries.

    `kept`: those a person keeps against a reason of `OVERRIDABLE`; `removed`: {pk: why} of those she took out.
    """
    known = _Known(companies, structure, settings, now=now, today=today, campaign=campaign)
    removed = removed or {}
    judge = _Judge(known, channel, kept=frozenset(kept), removed=removed)
    lines = {}
    # Those a person keeps come first: of two that are one, hers is written to.
    for company in sorted(known.companies, key=lambda row: (row.pk not in judge.kept, row.name_key, row.pk)):
        lines[company.pk] = judge.line(company)
    return [lines[company.pk] for company in known.companies]


class _Known:
    """What the database says of the companies, each thing read once."""

    def __init__(
        self,
        companies: Iterable[int] | QuerySet,
        structure: Any,
        settings: SendingSettings,
        *,
        now: dt.datetime,
        today: dt.date,
        campaign: Campaign | None,
    ) -> None:
        rows = Company.objects.kept().filter(structure=structure, pk__in=companies).order_by("name_key", "pk")
        self.companies = list(rows.select_related("adviser"))
        self.pks = [company.pk for company in self.companies]
        self.structure, self.settings, self.now, self.today = structure, settings, now, today
        self.campaign = campaign

    @cached_property
    def contacts(self) -> dict[int, list[Contact]]:
        found: dict[int, list[Contact]] = {}
        people = Contact.objects.kept().filter(company_id__in=self.pks, left_on=None)
        order = lambda row: (not row.is_main, _PARTS.get(row.part, 3), row.name_key, row.pk)  # noqa: E731 -- one use
        for contact in sorted(people, key=order):
            found.setdefault(contact.company_id, []).append(contact)
        return found

    @cached_property
    def suppressed(self) -> dict[str, Suppression]:
        standing_ones = Suppression.objects.standing().filter(structure=self.structure)
        return {row.email: row for row in standing_ones}

    @cached_property
    def answered(self) -> dict[int, Recipient]:
        """The latest answer, yes or no, of those who answered lately."""
        since = self.now - dt.timedelta(days=self.settings.answered_lately_days)
        said = Q(state=RecipientState.ANSWERED, answered_at__gte=since) | Q(
            state=RecipientState.DECLINED, state_since__gte=since
        )
        rows = Recipient.objects.filter(said, company_id__in=self.pks).select_related("campaign").order_by("pk")
        if self.campaign and self.campaign.pk:
            rows = rows.exclude(campaign=self.campaign)
        return {row.company_id: row for row in rows}

    @cached_property
    def asked_now(self) -> dict[int, Campaign]:
        """The campaign that still waits for their answer: two at once would send them the same letter twice."""
        rows = Recipient.objects.waited_for().filter(
            company_id__in=self.pks,
            campaign__state__in=LIVE_CAMPAIGNS,
            campaign__deleted_at=None,
            campaign__answer_by__gte=self.today,
        )
        if self.campaign and self.campaign.pk:
            rows = rows.exclude(campaign=self.campaign)
        return {row.company_id: row.campaign for row in rows.select_related("campaign").order_by("pk")}

    @cached_property
    def limits(self) -> dict[str, Limit]:
        return solicitation_limits(self.structure.pk)

    @cached_property
    def past(self) -> dict[int, list[PastRequest]]:
        since = self.today - dt.timedelta(days=longest_window(self.limits))
        return past_requests(self.pks, since=since)

    @cached_property
    def twins(self) -> dict[int, set[int]]:
        """Companies that a scan, or somebody, holds to be one."""
        pairs = DuplicatePair.objects.filter(
            structure=self.structure, state=DuplicateState.PROPOSED, first_id__in=self.pks, second_id__in=self.pks
        )
        found: dict[int, set[int]] = {}
        for first, second in pairs.values_list("first_id", "second_id"):
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
        return found


class _Judge:
    """Goes through the companies once, in an order of its caller; remembers those it let in."""

    def __init__(self, known: _Known, channel: str, *, kept: frozenset[int], removed: Mapping[int, str]) -> None:
        self.known, self.channel, self.kept, self.removed = known, channel, kept, removed
        self.addresses: dict[str, Company] = {}
        self.sirens: dict[str, Company] = {}
        self.let_in: dict[int, Company] = {}

    def line(self, company: Company) -> Line:
        line = self._addressed(company)
        if company.pk in self.removed:
            return line.left_out(Exclusion.BY_HAND, self.removed[company.pk])
        keeps = company.pk in self.kept
        if not keeps and company.relation_state == RelationState.WATCH:
            return line.left_out(Exclusion.WATCH, company.watch_reason)
        if not line.is_included:
            return line
        line = self._lately(line, keeps=keeps)
        if line.is_included:
            line = self._twin(line, keeps=keeps)
        if line.is_included:
            self._remember(line)
        return line

    def _remember(self, line: Line) -> None:
        company = line.company
        self.let_in[company.pk] = company
        if line.email:
            self.addresses[line.email.lower()] = company
        if company.siret:
            self.sirens.setdefault(company.siret[:SIREN_LENGTH], company)

    # address
    def _addressed(self, company: Company) -> Line:
        """By which way it can be reached; left out when by none that the campaign takes."""
        by_mail = self._by_email(company)
        if self.channel == Channel.EMAIL:
            return by_mail
        by_post = self._by_post(company, by_mail.contact)
        if self.channel == Channel.POST or not by_mail.is_included:
            return by_post if by_post.is_included or self.channel == Channel.POST else by_mail
        return replace(by_mail, channel=Channel.BOTH if by_post.is_included else Channel.EMAIL)

    def _by_email(self, company: Company) -> Line:
        people = self.known.contacts.get(company.pk, [])
        line = Line(company, Channel.EMAIL, contact=people[0] if people else None)
        written = [person for person in people if person.email]
        willing = [person for person in written if not person.is_opted_out]
        for person in willing:
            if person.email.lower() not in self.known.suppressed and _is_address(person.email):
                return replace(line, contact=person, email=person.email)
        gone = [person for person in people if person.is_opted_out]
        if willing:
            return self._refused(replace(line, contact=willing[0]), willing[0].email)
        if gone:
            said = f"{gone[0].full_name}, depuis le {_day(gone[0].opted_out_at, self.known.today)}"
            return replace(line, contact=gone[0]).left_out(Exclusion.OPTED_OUT, said)
        if not company.email:
            return line.left_out(Exclusion.NO_EMAIL, "Aucun contact n’est connu." if not people else "")
        if company.email.lower() in self.known.suppressed or not _is_address(company.email):
            return self._refused(line, company.email)
        return replace(line, email=company.email)

    def _refused(self, line: Line, email: str) -> Line:
        suppression = self.known.suppressed.get(email.lower())
        if suppression is None:
            return line.left_out(Exclusion.NO_EMAIL, f"«\u00a0{email[:80]}\u00a0» n’est pas une adresse e-mail.")
        exclusion = Exclusion.OPTED_OUT if suppression.reason == Exclusion.OPTED_OUT.value else Exclusion.SUPPRESSED
        said = f"{suppression.get_reason_display()}, le {_day(suppression.at, self.known.today)}"
        return line.left_out(exclusion, said)

    def _by_post(self, company: Company, contact: Contact | None) -> Line:
        line = Line(company, Channel.POST, contact=contact)
        wanted = {"la rue": company.address, "le code postal": company.postcode, "la commune": company.city}
        lacking = [word for word, value in wanted.items() if not value]
        if lacking:
            return line.left_out(Exclusion.NO_ADDRESS, f"Il manque {' et '.join(lacking)}.")
        return line

    # what was asked before
    def _lately(self, line: Line, *, keeps: bool) -> Line:
        answer = self.known.answered.get(line.company.pk)
        if answer and not keeps:
            at = answer.answered_at if answer.state == RecipientState.ANSWERED else answer.state_since
            refused = "N’a pas souhaité participer, le" if answer.state == RecipientState.DECLINED else "Le"
            said = f"{refused} {_day(at, self.known.today)}, à «\u00a0{answer.campaign}\u00a0»."
            return line.left_out(Exclusion.ANSWERED_LATELY, said)
        asking = self.known.asked_now.get(line.company.pk)
        if asking:
            until = french_date(asking.answer_by, today=self.known.today)
            said = f"Elle a jusqu’au {until} pour répondre à «\u00a0{asking}\u00a0»."
            return line.left_out(Exclusion.ASKED_TOO_OFTEN, f"{said} Pour lui écrire avant, arrêtez-y ses relances.")
        past = self.known.past.get(line.company.pk, [])
        where = standing(level=line.company.service_level, past=past, limits=self.known.limits, today=self.known.today)
        if where.may_be_asked or where.last is None or where.again_on is None:
            return line
        last, today = where.last, self.known.today
        asker = f" par {last.by}" if last.by else ""
        said = (
            f"{counted(where.count, 'demande')} en {where.limit.days} jours. La dernière le"
            f" {french_date(last.on, today=today)}{asker} ({last.label})."
            f" De nouveau possible le {french_date(where.again_on, today=today)}."
        )
        return line.left_out(Exclusion.ASKED_TOO_OFTEN, said)

    # the same company under another name
    def _twin(self, line: Line, *, keeps: bool) -> Line:
        """One address gets one message: that, nobody can judge otherwise."""
        other = self.addresses.get(line.email.lower()) if line.email else None
        if other:
            return line.left_out(Exclusion.DUPLICATE, f"Même adresse que {other}.")
        if keeps:
            return line
        twin = next((pk for pk in self.known.twins.get(line.company.pk, ()) if pk in self.let_in), None)
        if twin:
            return line.left_out(Exclusion.DUPLICATE, f"Doublon possible de {self.let_in[twin]}.")
        same = self.sirens.get(line.company.siret[:SIREN_LENGTH]) if line.company.siret else None
        if same:
            return line.left_out(Exclusion.DUPLICATE, f"Même SIREN que {same}.")
        return line


def _day(at: dt.datetime | None, today: dt.date) -> str:
    return french_date(at, today=today) if at else ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


# --- what a letter lacks ------------------------------------------------------------------------
@dataclass(frozen=True)
class Missing:
    """In words. `ours`: what our own record lacks, which mends every letter; `own`: {recipient pk: what his lacks}."""

    ours: list[str]
    own: dict[int, list[str]]


def missing_of(
    *, campaign: Campaign, texts: Sequence[LetterVersion], recipients: Sequence[Recipient], today: dt.date
) -> Missing:
    """What is missing to fill these texts. Constant queries."""
    text = "\n".join(whole_text(letter) for letter in texts)
    ours: dict[str, None] = {}
    own: dict[int, list[str]] = {}
    for pk, values in values_for(campaign=campaign, recipients=recipients, today=today).items():
        names = missing_in(text, values)
        ours.update(dict.fromkeys(name for name in names if FIELDS[name].ours))
        names = [name for name in names if not FIELDS[name].ours]
        if names and pk is not None:
            own[pk] = missing_labels(names)
    return Missing(ours=missing_labels(ours), own=own)


def texts_of(campaign: Campaign) -> list[LetterVersion]:
    """The letter and the relaunches the campaign may send, each once."""
    chosen = [campaign.letter]
    if campaign.first_relaunch_days is not None:
        chosen += [campaign.unopened_text, campaign.begun_text, campaign.unanswered_text]
    return list({text.pk: text for text in chosen if text is not None}.values())


# --- what mends it ------------------------------------------------------------------------------
def fix_of(recipient: Recipient) -> Fix | None:
    """The page where what leaves it out is mended; None when there is nothing to mend but to wait."""
    company, contact = recipient.company_id, recipient.contact_id
    person = ("companies:contact_edit", contact) if contact else ("companies:contact_create", company)
    ways: Mapping[str, tuple[str, tuple[str, Any]]] = {
        Exclusion.NO_EMAIL: ("Ajouter une adresse" if contact else "Ajouter un contact", person),
        Exclusion.NO_ADDRESS: ("Compléter l’adresse", ("companies:company_edit", company)),
        Exclusion.OPTED_OUT: ("Choisir une autre personne", ("companies:contact_create", company)),
        Exclusion.SUPPRESSED: ("Corriger l’adresse", person),
        Exclusion.ANSWERED_LATELY: ("Voir l’entreprise", ("companies:company_detail", company)),
        Exclusion.ASKED_TOO_OFTEN: ("Voir les demandes", ("companies:company_detail", company)),
        Exclusion.DUPLICATE: ("Comparer et fusionner", ("companies:merge_pick", company)),
        Exclusion.WATCH: ("Voir l’entreprise", ("companies:company_detail", company)),
        Exclusion.MISSING_FIELD: ("Compléter la fiche", ("companies:company_edit", company)),
    }
    if recipient.exclusion not in ways:
        return None
    label, (name, pk) = ways[recipient.exclusion]
    try:
        url = reverse(name, args=[pk])
    except NoReverseMatch:
        return None
    return Fix(label, f"{url}?{_way_back(recipient)}" if name in _FORMS else url)


def _way_back(recipient: Recipient) -> str:
    """What brings the adviser from the form back to the check, which then proposes to look again."""
    check = reverse("campaigns:campaign_check", args=[recipient.campaign_id])
    return urlencode({"next": f"{check}?corrigee=1"})


def recipients_of(campaign: Campaign) -> QuerySet[Recipient]:
    """By the name of the company, with what a page shows of each."""
    rows = Recipient.objects.filter(campaign=campaign).select_related("company", "contact", "adviser")
    return rows.annotate(company_key=F("company__name_key")).order_by("company_key", "pk")


def reason_counts(campaign: Campaign) -> dict[str, int]:
    """{reason it is left out for, "" for those written to: how many companies}; what counts none is left out."""
    rows = Recipient.objects.filter(campaign=campaign).order_by().values_list("exclusion")
    return dict(rows.annotate(count=Count("pk")))
