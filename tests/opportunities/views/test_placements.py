"""The pages of a placement: its way, what each role reads of it, what one press does."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions import bin_company, complete_next_action
from core.french import french_date
from opportunities.actions import place_young_person, solicit_for_need
from opportunities.models import Immersion, Placement
from tests.conftest import gave_a_factor, signed_in
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    NeedFactory,
    ObstacleFactory,
    OpportunityFactory,
    PlacementFactory,
    YoungPersonFactory,
)
from youth.models import FileAccess

pytestmark = pytest.mark.django_db
CANARY = "CANARI"
AGREED = {"profile_agreed_on": dt.date(2026, 10, 1), "company_profile": "Aime le bois.", "profile_fields": ["city"]}


@pytest.fixture
def opportunity(structure):
    return OpportunityFactory(company__structure=structure, title="Immersion charpente")


@pytest.fixture
def person(structure, counsellor):
    secrets = {"strengths": CANARY, "vulnerabilities": CANARY, "last_name": f"R{CANARY}"}
    contact = {"email": f"{CANARY}@example.org", "phone": "+33639980012"}
    made = YoungPersonFactory(structure=structure, counsellor=counsellor, **secrets, **contact, **AGREED)
    ObstacleFactory(young_person=made, note=CANARY)
    return made


@pytest.fixture
def need(person):
    return NeedFactory(young_person=person)


@pytest.fixture
def placement(opportunity, person, need, counsellor):
    now = timezone.now()
    return place_young_person(opportunity=opportunity, young_person=person, need=need, by=counsellor, now=now)


def move_url(placement, to):
    return reverse("opportunities:placement_move", args=[placement.pk, to])


def text_of(response):
    return response.content.decode()


def test_the_page_says_who_on_what_with_whom(as_user, counsellor, placement):
    page = text_of(as_user(counsellor).get(placement.get_absolute_url()))
    assert "Maël R." in page
    assert "Immersion charpente" in page
    assert str(placement.opportunity.company) in page
    assert "Profil proposé à l’entreprise aujourd’hui" in page
    assert "à compléter avant de demander la convention" in page


def test_a_fault_of_the_day_is_said_at_its_field(as_user, adviser, placement):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    answer = as_user(adviser).post(move_url(placement, "proposed"), {"on": tomorrow.isoformat()})
    assert "à venir" in answer.context["form"].errors["on"][0]
    assert answer.context["form"].non_field_errors() == []


def test_a_meeting_that_was_passed_over_is_not_told_as_made(as_user, adviser, placement):
    client = as_user(adviser)
    for to in ("proposed", "accepted"):
        client.post(move_url(placement, to), {"on": timezone.localdate().isoformat()})
    steps = client.get(placement.get_absolute_url()).context["card"].steps
    assert [(step.label, step.is_done) for step in steps[:4]] == [
        ("Positionnement envisagé", True),
        ("Profil proposé à l’entreprise", True),
        ("Rencontre prévue", False),
        ("Accord de l’entreprise", True),
    ]


def test_an_adviser_reads_nothing_of_the_file(as_user, adviser, placement, need, opportunity):
    client = as_user(adviser)
    names = ["placement_detail", "placement_prepare", "placement_immersion", "placement_meeting"]
    urls = [reverse(f"opportunities:{name}", args=[placement.pk]) for name in names]
    urls += [move_url(placement, to) for to in ("proposed", "meeting", "refused")]
    urls += [
        reverse("opportunities:placement_list"),
        reverse("opportunities:placement_filters"),
        reverse("opportunities:need_panel", args=[need.pk]),
        reverse("opportunities:young_person_panel", args=[need.young_person_id]),
        reverse("opportunities:placement_create") + f"?opportunity={opportunity.pk}&q=Maël",
        reverse("opportunities:placement_create") + f"?need={need.pk}",
        reverse("opportunities:placement_create") + f"?need={need.pk}&opportunity={opportunity.pk}",
        opportunity.get_absolute_url(),
        opportunity.company.get_absolute_url(),
    ]
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        content = b"".join(response) if response.streaming else response.content
        shown = content.decode("utf-8-sig")
        assert CANARY not in shown, url
        assert "12345678" not in shown.replace("\u00a0", ""), url


def test_export_holds_nothing_of_the_file_and_is_guarded(as_user, adviser, placement):
    client, url = as_user(adviser), reverse("opportunities:placement_export")
    assert client.get(url).url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(url, {"format": "csv"}).status_code == 302
    assert not FileAccess.objects.exists()
    gave_a_factor(client, adviser)
    assert "1\u00a0positionnement quitte" in client.get(url).text
    shown = b"".join(client.post(url, {"format": "csv", "all": "1"})).decode("utf-8-sig")
    assert "Maël R." in shown
    assert CANARY not in shown
    line = FileAccess.objects.get()
    assert (line.young_person, line.user, line.kind) == (placement.young_person, adviser, "exported")
    assert line.reason == "Export de la liste des positionnements"


def test_a_search_finds_nobody_by_the_file(as_user, adviser, placement):
    client, url = as_user(adviser), reverse("opportunities:placement_list")
    assert "Maël" not in text_of(client.get(f"{url}?q={CANARY}"))
    assert "Maël" in text_of(client.get(f"{url}?q=maël"))


def test_no_template_receives_the_row_of_a_young_person(as_user, adviser, placement):
    response = as_user(adviser).get(placement.get_absolute_url())
    held = [value for scope in response.context for layer in scope for value in layer.values()]
    assert not [value for value in held if type(value).__name__ in ("YoungPerson", "Placement")]


def test_proposed_in_one_press(as_user, adviser, placement):
    response = as_user(adviser).post(move_url(placement, "proposed"), {"today": "1", "version": "1"})
    placement.refresh_from_db()
    assert response.status_code == 302
    assert (placement.state, placement.proposed_on) == ("proposed", timezone.localdate())


def test_a_step_with_what_it_asks(as_user, adviser, placement):
    client = as_user(adviser)
    answer = client.post(move_url(placement, "refused"), {"on": timezone.localdate().isoformat(), "version": "1"})
    assert answer.status_code == 200
    assert "form-control" in text_of(answer) or "choice" in text_of(answer)
    values = {"on": timezone.localdate().isoformat(), "refused_by": "company", "refusal_reason": "profile"}
    assert client.post(move_url(placement, "refused"), values | {"version": "1"}).status_code == 302
    placement.refresh_from_db()
    assert placement.refused_by == "company"


def test_somebody_noted_a_step_first(as_user, adviser, placement):
    client = as_user(adviser)
    client.post(move_url(placement, "proposed"), {"today": "1", "version": "1"})
    response = client.post(move_url(placement, "refused"), {"today": "1", "version": "1"}, follow=True)
    assert "Quelqu’un vient de noter une étape" in text_of(response)


@pytest.mark.parametrize("to", ["ended", "considered", "nonsense"])
def test_a_step_that_is_not_open(as_user, adviser, placement, to):
    response = as_user(adviser).get(move_url(placement, to), follow=True)
    assert response.status_code == (200 if to == "ended" else 404)


def test_a_late_meeting_asks(as_user, adviser, placement):
    Placement.objects.filter(pk=placement.pk).update(
        state="meeting", meeting_at=timezone.now() - dt.timedelta(days=1), version=2
    )
    client = as_user(adviser)
    assert "qu’en est-il" in text_of(client.get(placement.get_absolute_url()))
    assert "Maël R." in text_of(client.get(reverse("opportunities:placement_list") + "?late=meeting"))
    assert "Maël R." not in text_of(client.get(reverse("opportunities:placement_list") + "?late=end"))


# --- putting somebody forward ---------------------------------------------------------------------
def test_from_an_opportunity(as_user, counsellor, opportunity, need):
    client = as_user(counsellor)
    url = reverse("opportunities:placement_create")
    assert f"need={need.pk}" in text_of(client.get(f"{url}?opportunity={opportunity.pk}"))
    values = {"opportunity": opportunity.pk, "need": need.pk, "on": timezone.localdate().isoformat()}
    assert client.post(url, values).status_code == 302
    placement = Placement.objects.get()
    assert (placement.opportunity, placement.need) == (opportunity, need)
    again = client.post(url, values)
    assert "est déjà en cours" in text_of(again)


def test_from_a_need(as_user, adviser, opportunity, need):
    other = OpportunityFactory(company=opportunity.company, title="Vente", phase=4, kind="permanent", occupations=[])
    OpportunityFactory(company=opportunity.company, title="Fermée", state="closed")
    today = timezone.localdate()
    OpportunityFactory(company=opportunity.company, title="Dernier jour", ends_on=today)
    OpportunityFactory(company=opportunity.company, title="Passée", ends_on=today - dt.timedelta(days=1))
    page = text_of(as_user(adviser).get(reverse("opportunities:placement_create") + f"?need={need.pk}"))
    assert page.index(opportunity.title) < page.index(other.title)
    assert "Dernier jour" in page
    for title in ("Fermée", "Passée"):
        assert title not in page


def test_a_name_is_not_learnt_by_trying(as_user, adviser, opportunity, need):
    url = reverse("opportunities:placement_create") + f"?opportunity={opportunity.pk}"
    client = as_user(adviser)
    assert "Maël R." in text_of(client.get(f"{url}&q=Maël R."))
    assert "Maël R." not in text_of(client.get(f"{url}&q=Maël Rc"))


def test_another_structure(as_user, outsider, placement, need, opportunity):
    client = as_user(outsider)
    url = reverse("opportunities:placement_create")
    assert client.get(placement.get_absolute_url()).status_code == 404
    assert client.get(f"{url}?need={need.pk}").status_code == 404
    assert client.get(f"{url}?opportunity={opportunity.pk}").status_code == 404
    assert client.get(reverse("opportunities:need_panel", args=[need.pk])).status_code == 404


def test_an_administrator(as_user, administrator, placement):
    assert as_user(administrator).get(placement.get_absolute_url()).status_code == 403


# --- preparing ------------------------------------------------------------------------------------
def test_both_sides(as_user, adviser, placement):
    url = reverse("opportunities:placement_prepare", args=[placement.pk])
    client = as_user(adviser)
    assert client.post(url, {"youth": "Vient en bus", "company": "", "version": "1"}).status_code == 302
    response = client.post(url, {"youth": "Autre", "company": "", "version": "1"})
    assert "Vient en bus" in text_of(response)
    assert "a enregistré avant vous" in text_of(response)
    nir = client.post(url, {"youth": "105053601800142", "company": "", "version": "2"})
    assert "sécurité sociale" in text_of(nir)


def test_an_immersion(as_user, adviser, placement):
    tutor = ContactFactory(company=placement.opportunity.company)
    url = reverse("opportunities:placement_immersion", args=[placement.pk])
    client, start = as_user(adviser), timezone.localdate() + dt.timedelta(days=7)
    values = {"starts_on": start.isoformat(), "ends_on": (start + dt.timedelta(days=40)).isoformat(), "tutor": tutor.pk}
    assert "un mois au plus" in text_of(client.post(url, values))
    values["ends_on"] = (start + dt.timedelta(days=11)).isoformat()
    assert client.post(url, values | {"weekly_hours": "35"}).status_code == 302
    assert Immersion.objects.get().tutor == tutor


def test_no_immersion_on_a_contract(as_user, adviser, placement, opportunity):
    opportunity.phase, opportunity.kind = 4, "permanent"
    opportunity.save()
    assert as_user(adviser).get(reverse("opportunities:placement_immersion", args=[placement.pk])).status_code == 404


# --- counts of queries ----------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same(
    as_user, adviser, structure, opportunity, counsellor, number, django_assert_max_num_queries
):
    for _number in range(number):
        person = YoungPersonFactory(structure=structure, counsellor=counsellor)
        PlacementFactory(
            opportunity=OpportunityFactory(company__structure=structure, managed_by=adviser), young_person=person
        )
    client = as_user(adviser)
    client.get(reverse("opportunities:placement_list"))
    with django_assert_max_num_queries(11):
        client.get(reverse("opportunities:placement_list"))


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_costs_the_same(as_user, adviser, placement, number, django_assert_max_num_queries):
    client = as_user(adviser)
    for _number in range(number):
        client.post(reverse("opportunities:profile_share", args=[placement.pk]), {"life": "30"})
    with django_assert_max_num_queries(15):
        client.get(placement.get_absolute_url())


# --- the second wall ------------------------------------------------------------------------------
def test_the_way_under_row_level_security(as_user, adviser, placement, need, request):
    client = as_user(adviser)
    request.getfixturevalue("app_role")
    for to, version in [("proposed", 1), ("accepted", 2), ("started", 3)]:
        assert client.post(move_url(placement, to), {"today": "1", "version": str(version)}).status_code == 302
    page = text_of(client.get(placement.get_absolute_url()))
    assert "A commencé" in page
    assert client.get(reverse("opportunities:placement_list")).status_code == 200
    need.refresh_from_db()
    placement.refresh_from_db()
    placement.opportunity.refresh_from_db()
    assert (placement.state, need.state, placement.opportunity.state) == ("started", "met", "filled")


def test_a_place_that_freed_itself_is_offered(as_user, adviser, placement, opportunity):
    client = as_user(adviser)
    for to, version in [("proposed", 1), ("accepted", 2)]:
        client.post(move_url(placement, to), {"today": "1", "version": str(version)})
    opportunity.refresh_from_db()
    opportunity.state = "filled"
    opportunity.save()
    values = {"on": timezone.localdate().isoformat(), "refused_by": "company", "refusal_reason": "profile"}
    client.post(move_url(placement, "refused"), values | {"version": "3"})
    page = text_of(client.get(placement.get_absolute_url()))
    assert "Une place s’est libérée" in page
    client.post(
        reverse("opportunities:opportunity_move", args=[opportunity.pk]),
        {"to": "open", "next": placement.get_absolute_url()},
    )
    opportunity.refresh_from_db()
    assert opportunity.state == "open"


@pytest.mark.parametrize("known", ["need", "opportunity"])
def test_words_that_the_database_refuses(structure, adviser, known):
    rows = {
        "need": NeedFactory(young_person__structure=structure),
        "opportunity": OpportunityFactory(company__structure=structure),
    }
    page = reverse("opportunities:placement_create")
    assert signed_in(adviser).get(page, {known: rows[known].pk, "q": "a\x00b"}).status_code == 200


def test_a_need_shows_what_is_planned_with_companies(as_user, adviser, counsellor, need, opportunity, structure):
    panel = reverse("opportunities:need_panel", args=[need.pk])
    assert "Rien n’a encore été proposé" in text_of(as_user(counsellor).get(panel))
    asked = [CompanyFactory(structure=structure, legal_name=name) for name in ("Toits du Suin", "Zinc", "Jetée")]
    now = timezone.now()
    planned = solicit_for_need(need=need, companies=asked, to_adviser=False, by=adviser, now=now)
    complete_next_action(action=planned[1].next_action, by=adviser, now=now)
    bin_company(company=asked[2], by=adviser, now=now)
    other = NeedFactory(young_person__structure=structure)
    solicit_for_need(
        need=other,
        companies=[CompanyFactory(structure=structure, legal_name="Ailleurs")],
        to_adviser=False,
        by=adviser,
        now=now,
    )
    page = text_of(as_user(counsellor).get(panel, headers={"hx-request": "true"}))
    assert "Rien n’a encore été proposé" not in page
    due_on = french_date(planned[0].next_action.due_on)
    assert "Toits du Suin" in page
    assert f"à solliciter pour {due_on}, par {adviser.full_name}" in page
    assert "Zinc" in page
    assert f"sollicitée, par {adviser.full_name}" in page
    assert "Jetée" not in page
    assert "Ailleurs" not in page
    # The screen of needs without a solution asks for all of them at once, and is whole when it is printed.
    assert f"?besoins={need.pk},{other.pk}" in text_of(as_user(counsellor).get(reverse("youth:need_unsolved")))
    strange = NeedFactory()
    panels = reverse("opportunities:need_panels") + f"?besoins={need.pk},{other.pk},{strange.pk},x,{'9' * 30}"
    page = text_of(as_user(counsellor).get(panels))
    mine, others = page.split(f'id="need-doing-{other.pk}"')
    assert f'id="need-doing-{need.pk}" hx-swap-oob="innerHTML"' in mine
    assert "Toits du Suin" in mine
    assert "Toits du Suin" not in others
    assert "Ailleurs" in others
    assert f"need-doing-{strange.pk}" not in page
    assert text_of(as_user(counsellor).get(reverse("opportunities:need_panels"))).strip() == ""
