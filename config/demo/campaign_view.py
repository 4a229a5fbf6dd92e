"""The shared view of 200 companies to ask next, of which 17 are left out, each for a reason that can be seen."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db import models

from accounts.models import Structure, User
from campaigns.actions.suppressions import suppress_address
from campaigns.audience import Line, audience_lines
from campaigns.enums import Channel, Exclusion, SuppressionReason
from campaigns.models import Recipient
from campaigns.queries import settings_of
from companies.actions.solicitation import SolicitationDraft, record_solicitations
from companies.enums import RelationState, SolicitationChannel
from companies.models import Company, DuplicatePair, Tag
from config.demo.campaign_days import moment, working_day_before
from core.models import SavedView

VIEW, TAG = "Partenaires à solliciter", "Pacte à proposer"
# The view: so many who may be written to, and so many left out for each reason.
INVITED = 183
LEFT_OUT = {
    Exclusion.NO_EMAIL: 4,
    Exclusion.OPTED_OUT: 3,
    Exclusion.SUPPRESSED: 2,
    Exclusion.ANSWERED_LATELY: 2,
    Exclusion.ASKED_TOO_OFTEN: 2,
    Exclusion.DUPLICATE: 2,
    Exclusion.WATCH: 2,
}


def lines_of(structure: Structure, companies: models.QuerySet, at: dt.datetime) -> list[Line]:
    """What a campaign by e-mail would make of each of them."""
    return audience_lines(
        companies=companies.values("pk"),
        structure=structure,
        channel=Channel.EMAIL,
        settings=settings_of(structure),
        now=at,
        today=at.date(),
    )


def propose_view(structure: Structure, advisers: Sequence[User], today: dt.date) -> None:
    """`advisers`: the first owns the view."""
    now = moment(today, 8)
    for number, name in enumerate(("ancien.directeur", "accueil"), start=1):
        suppress_address(
            structure_id=structure.pk,
            email=f"{name}@entreprise-fermee-{number}.example.org",
            reason=SuppressionReason.BY_HAND if number == 1 else SuppressionReason.COMPLAINED,
            note="Ne travaille plus dans le secteur." if number == 1 else "",
            by=advisers[1],
            now=now - dt.timedelta(days=40 * number),
        )
    everybody = Company.objects.kept().filter(structure=structure)
    lines = lines_of(structure, everybody, now)
    asked = set(Recipient.objects.filter(asked_at__gt=now - dt.timedelta(days=90)).values_list("company", flat=True))
    ranks = {RelationState.AMBASSADOR: 0, RelationState.PARTNER: 1, RelationState.IN_RELATION: 2}
    free = [line for line in lines if line.is_included and line.company.pk not in asked]
    free.sort(key=lambda line: (ranks.get(line.company.relation_state, 3), line.company.pk))
    chosen = _left_out(structure, advisers, today, lines, free)
    tag = Tag.objects.create(structure=structure, name=TAG)
    tag.companies.add(*chosen)
    SavedView.objects.create(
        structure=structure,
        owner=advisers[0],
        listing="companies",
        name=VIEW,
        query=f"tag={tag.pk}",
        is_shared=True,
    )


def _left_out(
    structure: Structure, advisers: Sequence[User], today: dt.date, lines: Sequence[Line], free: list[Line]
) -> list[int]:
    """Companies of the view: of those left out, so many of each reason; the rest from `free`."""
    by_reason: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_reason[line.exclusion].append(line)
    chosen = [
        line.company.pk
        for reason, count in LEFT_OUT.items()
        if reason not in (Exclusion.ASKED_TOO_OFTEN, Exclusion.DUPLICATE)
        for line in by_reason[reason][:count]
    ]
    insisted = [free.pop() for _ in range(LEFT_OUT[Exclusion.ASKED_TOO_OFTEN])]
    _insist([line.company for line in insisted], advisers, today)
    doubles = _doubles(structure, {line.company.pk: line for line in lines}, free)
    invited = [*doubles, *[line.company.pk for line in free]]
    kept = list(dict.fromkeys(invited))[: INVITED + LEFT_OUT[Exclusion.DUPLICATE]]
    return [*chosen, *[line.company.pk for line in insisted], *kept]


def _doubles(structure: Structure, lines: dict[int, Line], free: list[Line]) -> list[int]:
    """Pairs of which one is written to and the other is left out as its double."""
    writable = {line.company.pk for line in free}
    found: list[int] = []
    pairs = DuplicatePair.objects.filter(structure=structure).proposed().order_by("pk")
    for first, second in pairs.values_list("first_id", "second_id"):
        pair = {first, second}
        doubles = [pk for pk in pair if pk in lines and lines[pk].exclusion == Exclusion.DUPLICATE]
        if len(doubles) == 1 and (pair - set(doubles)) <= writable and not pair & set(found):
            found += [*(pair - set(doubles)), *doubles]
        if len(found) == 2 * LEFT_OUT[Exclusion.DUPLICATE]:
            break
    return found


def _insist(companies: Sequence[Company], advisers: Sequence[User], today: dt.date) -> None:
    """They were asked for something four times and more these last weeks, by this one and that one."""
    asked = (
        (70, SolicitationChannel.EVENT, "Forum des métiers\u00a0: tenir un stand"),
        (48, SolicitationChannel.CALL, "Visite d’atelier pour six jeunes"),
        (33, SolicitationChannel.EMAIL, "Taxe d’apprentissage"),
        (19, SolicitationChannel.CALL, "Immersion d’une semaine"),
        (12, SolicitationChannel.EMAIL, "Petit-déjeuner des partenaires"),
        (4, SolicitationChannel.CALL, "Parrainage d’une jeune"),
    )
    for rank, (days, channel, title) in enumerate(asked):
        drafts = [
            SolicitationDraft(
                company=company,
                channel=channel,
                on=working_day_before(today - dt.timedelta(days=days - 1), 1),
                title=title,
            )
            for company in companies
        ]
        record_solicitations(drafts=drafts, by=advisers[rank % 2])
