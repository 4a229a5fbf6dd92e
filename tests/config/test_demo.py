"""The invented territory: enough to show, nothing that could be somebody's."""

import io
import itertools
import re
from collections import Counter

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from accounts.models import User
from campaigns.audience import audience_lines
from campaigns.enums import Channel
from campaigns.models import Campaign, Commitment, Message, PhoneCall, Recipient, Suppression
from campaigns.queries import settings_of
from campaigns.waiting import coming_relaunches
from companies.enums import NextActionState, RelationState
from companies.models import Company, Contact, DuplicatePair, Interaction, NextAction, ProposedChange, Tag
from config.demo import campaign_view, identities, loading, phrases, territory, trades
from core.models import (
    Activity,
    ActivityEntry,
    ActivityKind,
    Municipality,
    Occupation,
    OccupationActivity,
    OccupationTitle,
    SavedView,
)
from core.phases import Phase
from core.text import search_key
from core.validators import is_siret, parse_phone
from core.working_days import add_working_days
from opportunities.enums import (
    OPPORTUNITY_MOVES,
    PLACEMENT_MOVES,
    REALISED,
    UNDECIDED_PLACEMENTS,
    OpportunityState,
    PlacementState,
)
from opportunities.models import CriteriaChange, Immersion, Opportunity, OpportunityMove, Placement, PlacementMove
from youth.enums import NeedState
from youth.models import FileAccess, Need, NeedMove, Obstacle, ObstacleShare, PathwayMove, YoungPerson

EXAMPLE_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*example(?:\.org|\.com)?")
# The ranges kept for works of fiction, written here apart from the code.
FICTION = re.compile(r"\+33(?:19900|26191|35301|46571|53649|63998)[0-9]{4}")
# What French typography refuses: straight apostrophes, a plain space before or inside double marks.
BAD_TYPOGRAPHY = re.compile(r"'|(?<=[^\s\u00a0\u202f]) [;:!?»]|« |\.\.\.|  ")
ACCOMPANYING = (YoungPerson, Obstacle, PathwayMove, Need, NeedMove, Opportunity, OpportunityMove, CriteriaChange)
PUT_FORWARD = (Placement, PlacementMove, Immersion)
MODELS = (
    *(User, Company, Contact, Interaction, NextAction, ActivityEntry, DuplicatePair, SavedView, Tag),
    *(FileAccess, ObstacleShare),
    *ACCOMPANYING,
    *PUT_FORWARD,
    *(Campaign, Recipient, Message, PhoneCall, Commitment, Suppression),
)


def said() -> str:
    output = io.StringIO()
    call_command("load_demo", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    """Loaded once for the module, in the database itself: it takes seconds."""
    with django_db_blocker.unblock():
        text = said()
        yield text
        loading.forget()
        for model in (Municipality, Activity, Occupation):
            model.objects.all().delete()


@pytest.fixture
def today():
    return timezone.localdate()


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("printed")]


def test_territory_has_something_on_every_screen():
    assert loading.demo_structures().count() == 3
    assert 880 <= Company.objects.count() <= 940
    assert 3000 <= Interaction.objects.count() <= 4000
    assert Municipality.objects.count() >= 60
    assert Occupation.objects.count() >= 120
    for structure in loading.demo_structures():
        companies = Company.objects.filter(structure=structure)
        assert companies.filter(is_pilot=True).count() == loading.PILOTS
        assert companies.filter(relation_state=RelationState.AMBASSADOR).exists()
        assert companies.filter(relation_state=RelationState.WATCH).exclude(watch_reason="").exists()
        assert companies.filter(deleted_at__isnull=False).count() == loading.BINNED
        assert DuplicatePair.objects.filter(structure=structure).proposed().count() >= loading.DOUBLES
        shared = SavedView.objects.filter(structure=structure, is_shared=True).exclude(name=campaign_view.VIEW)
        assert shared.count() == len(loading.SHARED_VIEWS)
        assert Contact.objects.filter(structure=structure, left_on__isnull=False).exists()
        assert Contact.objects.filter(structure=structure, opted_out_at__isnull=False).exists()


def test_every_state_of_the_four_phases_is_there():
    for structure in loading.demo_structures():
        offers = Opportunity.objects.filter(structure=structure)
        assert set(offers.values_list("state", flat=True)) == set(OpportunityState.values)
        assert set(offers.values_list("phase", flat=True)) == set(Phase.values)
        needs = Need.objects.filter(structure=structure).values_list("phase", "state").distinct()
        assert len(needs) == len(Phase.values) * len(NeedState.values)
        placements = Placement.objects.filter(structure=structure)
        assert set(placements.values_list("state", flat=True)) >= set(PlacementState.values) - {"broken"}
        assert CriteriaChange.objects.filter(structure=structure).exists()
        assert offers.exclude(copied_from=None).filter(frequency="seasonal").exists()
        assert Obstacle.objects.filter(structure=structure, shares__isnull=False).exists()
    assert 170 <= YoungPerson.objects.count() <= 200
    assert 240 <= Need.objects.count() <= 280
    assert 180 <= Opportunity.objects.count() <= 280
    assert 120 <= Placement.objects.count() <= 170


def test_view_to_write_to_shows_each_reason_for_leaving_out(today):
    view = SavedView.objects.get(name=campaign_view.VIEW)
    companies = Company.objects.filter(structure=view.structure, tags=view.query.removeprefix("tag=")).values("pk")
    lines = audience_lines(
        companies=companies,
        structure=view.structure,
        channel=Channel.EMAIL,
        settings=settings_of(view.structure),
        now=timezone.now(),
        today=today,
    )
    assert Counter(line.exclusion for line in lines) == {"": 183} | campaign_view.LEFT_OUT
    assert len(lines) == 200


def test_campaigns_are_at_each_of_their_moments(today):
    states = list(Campaign.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["ended", "running", "running", "draft"]
    first, pact = Campaign.objects.filter(state="running").order_by("pk")
    assert set(Recipient.objects.filter(campaign=pact).values_list("state", flat=True)) >= {
        *("asked", "answered", "declined", "opted_out", "bounced", "stopped"),
    }
    tomorrow = coming_relaunches(Recipient.objects.filter(campaign=pact), add_working_days(today, 1))
    assert {relaunch.kind for relaunch in tomorrow} == {"unopened", "begun", "unanswered"}
    assert sum(bool(relaunch.stopped) for relaunch in tomorrow) == 2
    to_call = Recipient.objects.on_the_phone_list()
    assert to_call.filter(campaign=first).count() > 5
    assert PhoneCall.objects.filter(recipient__in=to_call).values("outcome").distinct().count() >= 3
    assert Message.objects.uncertain().count() == 1
    assert not Message.objects.filter(state__in=("queued", "sending")).exists()
    assert not Message.objects.filter(subject="").exists()
    phases = Commitment.objects.filter(answer__recipient__campaign=pact, opportunity__state="draft").values("phase")
    assert set(phases.values_list("phase", flat=True)) == set(Phase.values)
    assert Suppression.objects.values("reason").distinct().count() == 4
    assert ProposedChange.objects.waiting().exists()


def test_many_wait_for_few_apprenticeships():
    waiting = Need.objects.filter(phase=Phase.APPRENTICESHIP, structure=loading.demo_structures()[0]).waiting()
    free = Opportunity.objects.open().filter(phase=Phase.APPRENTICESHIP, structure=loading.demo_structures()[0])
    assert waiting.values("young_person").distinct().count() == 17
    assert free.aggregate(places=models.Sum(models.F("places") - models.F("taken")))["places"] == 4


def test_need_and_placements_tell_the_same_story():
    for need in Need.objects.order_by("pk").prefetch_related("placements", "moves"):
        states = [placement.state for placement in need.placements.all()]
        began = [placement for placement in need.placements.all() if placement.state in REALISED]
        live = [state for state in states if state in UNDECIDED_PLACEMENTS]
        expected = {"met": (1, 0), "proposed": (0, 1)}.get(need.state, (0, 0))
        assert (len(began), len(live)) == expected, need.pk
        moves = sorted(need.moves.all(), key=lambda move: move.pk)
        assert moves[-1].to_state == need.state
        assert [move.at for move in moves] == sorted(move.at for move in moves)
        for placement in began:
            assert timezone.localdate(need.closed_at) == placement.started_on


def test_placements_go_forward_in_time(today):
    for placement in Placement.objects.order_by("pk").select_related("opportunity", "need").prefetch_related("moves"):
        moves = sorted(placement.moves.all(), key=lambda move: move.pk)
        assert moves[-1].to_state == placement.state
        for before, after in itertools.pairwise(moves):
            assert after.to_state in PLACEMENT_MOVES[before.to_state]
            assert before.on <= after.on <= today
            assert before.at < after.at
        assert placement.considered_on >= placement.opportunity.received_on
        assert placement.considered_on >= timezone.localdate(placement.need.opened_at)
        if placement.state in UNDECIDED_PLACEMENTS:
            assert placement.opportunity.state == OpportunityState.OPEN


def test_opportunities_were_moved_as_the_table_allows(today):
    for opportunity in Opportunity.objects.order_by("pk").prefetch_related("moves"):
        moves = sorted(opportunity.moves.all(), key=lambda move: move.pk)
        assert moves[-1].to_state == opportunity.state
        assert timezone.localdate(moves[-1].at) <= today
        for before, after in itertools.pairwise(moves):
            assert after.to_state in OPPORTUNITY_MOVES[before.to_state]
            assert before.at < after.at, opportunity.pk


def test_pathways_arrive_where_people_are(today):
    for person in YoungPerson.objects.order_by("pk").prefetch_related("moves"):
        moves = sorted(person.moves.all(), key=lambda move: move.pk)
        assert (moves[-1].to_phase, moves[-1].to_step) == (person.phase, person.step)
        assert [move.on for move in moves] == sorted(move.on for move in moves)
        assert moves[0].on == person.entered_on
        assert moves[-1].on <= today
        assert person.step_since == next(move.on for move in moves if move.to_step == person.step)
        assert all(move.from_phase != move.to_phase or move.from_step != move.to_step for move in moves)


def test_companies_read_short_names_only():
    of_company = ContentType.objects.get_for_model(Company)
    entries = ActivityEntry.objects.filter(kind=ActivityKind.PLACEMENT, subject_type=of_company)
    people = {row.pk: row for row in Placement.objects.select_related("young_person")}
    assert entries.count() == PlacementMove.objects.count()
    for entry in entries:
        person = people[entry.source_id].young_person
        assert entry.title.startswith(f"{person.short_name} ·")
        assert not entry.body


def test_small_set_of_shares_is_a_part_of_the_hires():
    totals = OccupationActivity.objects.values("occupation").annotate(total=models.Sum("share"))
    assert len(totals) > 100
    assert all(0.5 < row["total"] <= 1 for row in totals)
    needed = {code for trade in trades.TRADES for code in trade.occupations}
    assert needed == {row["occupation"] for row in totals}
    assert needed - set(OccupationTitle.objects.values_list("occupation_id", flat=True)) == set()


def test_what_was_typed_outlives_a_newer_version(printed):
    """Whoever tried the demo for an hour finds it again after a pull, and is told what the new version would add."""
    Campaign.objects.all().delete()
    typed = Company.objects.create(structure=loading.demo_structures()[0], legal_name="Tapée à la main")
    text = said()
    assert text.startswith(printed.rstrip())
    assert "Vos données sont gardées" in text
    assert "make demo-reset" in text
    assert Company.objects.filter(pk=typed.pk).exists()
    assert not Campaign.objects.exists()
    assert "Vos données" not in printed


@pytest.mark.parametrize("email", ["lea.morin", "samir.benali", "julien.masson"])
def test_day_of_an_adviser_is_alive(email, today):
    adviser = User.objects.get(email=f"{email}@demo.example")
    actions = NextAction.objects.of(adviser)
    assert actions.late_on(today).count() == 5
    assert actions.due_on(today).exclude(due_time=None).count() == 3
    assert actions.open().filter(due_on__gt=today).count() > 10
    assert Company.objects.kept().filter(adviser=adviser).forgotten_on(today).exists()


def test_accounts_are_printed_one_per_role(printed):
    users = loading.demo_accounts()
    assert users.count() == 10
    assert all(user.email in printed for user in users)
    assert "brigitte.cordier" not in printed
    assert users[0].check_password(territory.PASSWORD)
    roles = set(User.objects.filter(pk__in=users).values_list("memberships__role", flat=True))
    assert roles == {"adviser", "counsellor", "manager", "administrator", None}


def test_second_load_changes_nothing(printed):
    counts = {model: model.objects.count() for model in MODELS}
    newest = Company.objects.order_by("-pk").values_list("pk", "updated_at").first()
    assert said() == printed
    assert {model: model.objects.count() for model in MODELS} == counts
    assert Company.objects.order_by("-pk").values_list("pk", "updated_at").first() == newest


def test_reset_takes_away_what_it_loaded():
    loading.forget()
    assert not any(model.objects.exists() for model in MODELS)


def test_siret_are_valid_and_given_once():
    numbers = list(Company.objects.exclude(siret="").values_list("siret", flat=True))
    assert len(numbers) > 700
    assert len(set(numbers)) == len(numbers)
    assert all(is_siret(number) and number.startswith(("0001", "0002")) for number in numbers)


def phones():
    yield from Company.objects.exclude(phone="").values_list("phone", flat=True)
    for name in ("phone", "mobile"):
        yield from Contact.objects.exclude(**{name: ""}).values_list(name, flat=True)
    yield from YoungPerson.objects.exclude(phone="").values_list("phone", flat=True)
    yield from loading.demo_structures().values_list("phone", flat=True)


def test_phones_are_those_kept_for_fiction():
    found = list(phones())
    assert len(found) > 900
    assert all(FICTION.fullmatch(phone) for phone in found)
    assert all(parse_phone(phone).e164 == phone for phone in found)


def test_addresses_on_the_internet_are_examples():
    emails = [*Company.objects.values_list("email", flat=True), *Contact.objects.values_list("email", flat=True)]
    emails += [
        *User.objects.values_list("email", flat=True),
        *loading.demo_structures().values_list("email", flat=True),
        *YoungPerson.objects.values_list("email", flat=True),
    ]
    found = [email for email in emails if email]
    assert len(found) > 800
    assert all(EXAMPLE_DOMAIN.fullmatch(email.partition("@")[2]) for email in found)
    sites = Company.objects.exclude(website="").values_list("website", flat=True)
    assert all(EXAMPLE_DOMAIN.fullmatch(site.removeprefix("https://www.")) for site in sites)


def test_texts_follow_french_typography():
    referentials = (Occupation, OccupationTitle, Activity, Municipality)
    for model in (
        Company,
        Contact,
        Interaction,
        NextAction,
        ActivityEntry,
        Tag,
        *referentials,
        *ACCOMPANYING,
        *PUT_FORWARD,
    ):
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, models.EmailField | models.URLField | models.GeneratedField)
        ]
        for row in model.objects.values_list("pk", *names):
            for value in row[1:]:
                assert not BAD_TYPOGRAPHY.search(value or ""), value


def test_every_row_satisfies_its_form():
    for company in Company.objects.kept().order_by("pk")[:150]:
        company.full_clean(exclude=["structure", "adviser", "created_by", "deleted_by"], validate_constraints=False)
    for model in (YoungPerson, Need, Opportunity, Placement):
        related = [field.name for field in model._meta.concrete_fields if field.is_relation]
        for row in model.objects.order_by("pk")[:60]:
            row.full_clean(exclude=related, validate_constraints=False)


def test_dates_on_companies_are_those_of_their_exchanges(today):
    last = Interaction.objects.filter(company=models.OuterRef("pk")).order_by("-at").values("at__date")[:1]
    following = (
        NextAction.objects.filter(company=models.OuterRef("pk"), state=NextActionState.OPEN)
        .order_by("due_on")
        .values("due_on")[:1]
    )
    companies = Company.objects.annotate(last=models.Subquery(last), following=models.Subquery(following))
    assert all((each.last_interaction_on, each.next_action_on) == (each.last, each.following) for each in companies)
    assert not Interaction.objects.filter(at__date__gt=today).exists()


def test_every_exchange_is_in_the_timeline():
    entries = ActivityEntry.objects.filter(kind=ActivityKind.INTERACTION)
    assert set(entries.values_list("source_id", flat=True)) == set(Interaction.objects.values_list("pk", flat=True))


def test_same_seed_draws_the_same_companies():
    drawn = []
    for _ in range(2):
        source = loading.Draws.seeded(loading.SEED)
        drawn.append([source.numbers.siret(), source.faker.name(), source.numbers.mobile()])
    assert drawn[0] == drawn[1]


def test_trades_name_only_what_the_small_referentials_hold():
    codes = {row["naf_rev2_code"] for row in territory.rows("activities.csv", "|")}
    occupations = {row["code"] for row in territory.rows("occupations.csv", "|")}
    assert {trade.naf for trade in trades.TRADES} <= codes
    assert {code for trade in trades.TRADES for code in trade.occupations} <= occupations


def test_communes_agree_with_the_public_file(shared_data):
    public = (shared_data / "reference" / "communes_hexasmal_latlon.csv").read_text(encoding="utf-8")
    lines = {line.split(";")[0]: line.strip().split(";") for line in public.splitlines()}
    for commune in territory.communes():
        _, name, _, _, _, position = lines[commune.insee_code]
        spelled = re.sub(r"[-']", " ", search_key(commune.name).replace("saint", "st"))
        assert re.sub(r"\bste?\b", "st", name.lower()) == re.sub(r"\bste?\b", "st", spelled)
        latitude, longitude = map(float, position.split(","))
        assert (commune.latitude, commune.longitude) == pytest.approx((latitude, longitude), abs=0.001)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Le Blanc", "du Blanc"),
        ("La Châtre", "de La Châtre"),
        ("Issoudun", "d’Issoudun"),
        ("électricité", "d’électricité"),
    ],
)
def test_preposition(name, expected):
    assert identities.with_preposition(name) == expected


def test_phrases_have_only_known_slots():
    slots = {"craft", "of_craft", "who", "month", "of_month", "year", "family", "at_city", "number"}
    texts = [text for value in vars(phrases).values() if isinstance(value, tuple) for text in value]
    for text in texts:
        shown = text[1] if isinstance(text, tuple) else text
        assert set(re.findall(r"{(\w+)}", shown)) <= slots
