"""Noting an exchange: ten seconds for a call, a sheet for a visit, and always what comes next."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Site
from companies.actions import edit_interaction
from companies.forms.next_action import working_day
from companies.models import Contact, Interaction, NextAction
from tests.conftest import signed_in
from tests.factories import CompanyFactory, ContactFactory, InteractionFactory, NextActionFactory, SiteFactory

pytestmark = pytest.mark.django_db
NOW = timezone.localtime()
TODAY = timezone.localdate()


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


@pytest.fixture
def nadia(company):
    return ContactFactory(company=company, first_name="Nadia", last_name="Haddad", is_main=True)


def url(company):
    return reverse("companies:interaction_create", args=[company.pk])


def call(**values):
    return {"kind": "call", "direction": "outgoing", "at": f"{NOW:%Y-%m-%dT%H:%M}", "next_kind": "nothing", **values}


def errors_of(response):
    return response.context["form"].errors


def test_a_call_is_noted_with_one_choice(adviser_client, company, adviser):
    response = adviser_client.post(url(company), call(outcome="reached"))
    assert response.url == company.get_absolute_url()
    interaction = Interaction.objects.get()
    assert (interaction.kind, interaction.outcome, interaction.by) == ("call", "reached", adviser)
    assert interaction.nothing_next


def test_the_form_comes_filled_for_a_call_just_made(adviser_client, company, nadia, adviser):
    action = NextActionFactory(company=company, kind="call", assigned_to=adviser)
    other = NextActionFactory(company=company, kind="visit", assigned_to=adviser)
    form = adviser_client.get(url(company), {"genre": "appel"}).context["form"]
    assert (form["kind"].value(), form["contacts"].value(), form["closes"].value()) == (
        "call",
        [nadia.pk],
        [action.pk],
    )
    assert abs(timezone.make_aware(form["at"].value()) - timezone.now()) < dt.timedelta(minutes=2)
    form = adviser_client.get(url(company), {"genre": "visite"}).context["form"]
    assert (form["kind"].value(), form["closes"].value()) == ("visit", [other.pk])


@pytest.mark.parametrize("query", [{"genre": "zzz"}, {"contact": "abc"}, {"contact": "9" * 30}, {"contact": "²"}])
def test_an_odd_address_shows_the_plain_form(adviser_client, company, query):
    assert adviser_client.get(url(company), query).status_code == 200


def test_a_visit_with_its_sheet_its_people_and_its_sequel(adviser_client, company, nadia, adviser, colleague):
    site = SiteFactory(structure=company.structure)
    action = NextActionFactory(company=company, kind="visit", assigned_to=adviser)
    data = call(
        kind="visit",
        duration_minutes="55",
        place="L’atelier",
        site=site.pk,
        summary="Deux départs.",
        discover="Entreprise familiale.",
        propose="Une immersion.",
        outcome="reached",
        contacts=[nadia.pk],
        colleagues=[colleague.pk],
        new_contact_name="Paul Ribot",
        new_contact_phone="06 00 00 00 00",
        closes=[action.pk],
        next_kind="call",
        next_delay="week",
        next_for=colleague.pk,
    )
    response = adviser_client.post(url(company), data)
    assert response.status_code == 302, errors_of(response)
    interaction = Interaction.objects.get()
    paul = Contact.objects.get(last_name="Ribot")
    assert (paul.first_name, paul.mobile, paul.company) == ("Paul", "+33600000000", company)
    assert set(interaction.contacts.all()) == {nadia, paul}
    assert list(interaction.colleagues.all()) == [colleague]
    assert (interaction.outcome, interaction.site, interaction.duration_minutes) == ("", site, 55)
    following = interaction.next_action
    assert (following.title, following.assigned_to, following.contact) == ("Rappeler Nadia Haddad", colleague, nadia)
    assert following.due_on == working_day(TODAY + dt.timedelta(days=7))
    action.refresh_from_db()
    assert action.state == "done"


def test_a_counsellor_ends_her_own_actions_and_adds_nobody(as_user, company, counsellor, adviser):
    own, other = (NextActionFactory(company=company, kind="call", assigned_to=user) for user in (counsellor, adviser))
    client = as_user(counsellor)
    page = client.get(url(company))
    assert [row["action"] for row in page.context["form"].closing()] == [own]
    assert "Une autre personne" not in page.text
    client.post(url(company), call(closes=[other.pk]))
    other.refresh_from_db()
    assert other.is_open
    client.post(url(company), call(closes=[own.pk], new_contact_name="Paul Ribot", new_contact_phone="06 00 00 00 00"))
    own.refresh_from_db()
    assert own.state == "done"
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"next_kind": ""}, "next_kind"),
        ({"next_kind": "zzz"}, "next_kind"),
        ({"next_kind": "call"}, "next_delay"),
        ({"next_kind": "call", "next_delay": "date"}, "next_on"),
        ({"next_kind": "call", "next_on": "2001-01-01"}, "next_on"),
        ({"next_kind": "call", "next_on": "2999-01-01"}, "next_on"),
        ({"next_kind": "call", "next_on": "hier"}, "next_on"),
        ({"next_kind": "other", "next_delay": "week"}, "next_title"),
        ({"at": ""}, "at"),
        ({"at": f"{NOW + dt.timedelta(days=2):%Y-%m-%dT%H:%M}"}, "at"),
        ({"at": "1200-01-01T00:00"}, "at"),
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "-5"}, "duration_minutes"),
        ({"duration_minutes": "99999"}, "duration_minutes"),
        ({"kind": "séance"}, "kind"),
        ({"outcome": "zzz"}, "outcome"),
        ({"summary": "nul\x00"}, "summary"),
        ({"listen": "x" * 10_001}, "listen"),
        ({"place": "x" * 5000}, "place"),
        ({"new_contact_phone": "06 00 00 00 00"}, "new_contact_name"),
        ({"new_contact_name": "x" * 5000}, "new_contact_name"),
        ({"new_contact_name": "Paul", "new_contact_phone": "12"}, "new_contact_phone"),
        ({"contacts": ["999999"]}, "contacts"),
        ({"closes": ["abc"]}, "closes"),
        ({"next_kind": "call", "next_delay": "week", "next_for": "999999"}, "next_for"),
    ],
)
def test_bad_input_comes_back_and_writes_nothing(adviser_client, company, values, field):
    response = adviser_client.post(url(company), call(**values))
    assert response.status_code == 200
    assert field in errors_of(response)
    assert not Interaction.objects.exists()
    assert not Contact.objects.exists()
    assert not NextAction.objects.exists()


def test_an_exchange_of_later_today_is_taken(adviser_client, company):
    soon = f"{NOW + dt.timedelta(hours=20):%Y-%m-%dT%H:%M}"
    assert adviser_client.post(url(company), call(at=soon)).status_code == 302


def test_rows_of_others_are_refused(adviser_client, company, other_structure, outsider):
    foreign = ContactFactory(company=CompanyFactory(structure=company.structure))
    action = NextActionFactory(company=foreign.company)
    site = Site.objects.create(structure=other_structure, name="Ailleurs")
    data = call(
        contacts=[foreign.pk],
        closes=[action.pk],
        site=site.pk,
        colleagues=[outsider.pk],
        next_kind="call",
        next_delay="week",
        next_for=outsider.pk,
    )
    response = adviser_client.post(url(company), data)
    assert set(errors_of(response)) == {"contacts", "closes", "site", "colleagues", "next_for"}


def test_an_action_ended_meanwhile_is_refused_whole(adviser_client, company, adviser):
    action = NextActionFactory(company=company, assigned_to=adviser, state="done", ended_at=timezone.now())
    response = adviser_client.post(url(company), call(closes=[action.pk], new_contact_name="Paul"))
    assert "closes" in errors_of(response)
    assert not Contact.objects.exists()


def test_a_counsellor_notes_an_exchange(as_user, counsellor, company):
    client = as_user(counsellor)
    assert client.get(company.get_absolute_url()).status_code == 200
    assert client.post(url(company), call()).status_code == 302
    assert Interaction.objects.get().by == counsellor


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_whatever_it_proposes(
    adviser_client, company, adviser, count, django_assert_max_num_queries
):
    ContactFactory.create_batch(count, company=company)
    NextActionFactory.create_batch(count, company=company, assigned_to=adviser)
    adviser_client.get(url(company))
    with django_assert_max_num_queries(16):
        adviser_client.get(url(company))


@pytest.mark.parametrize("target", ["https://ailleurs.example.org/", "//ailleurs.example.org", "javascript:alert(1)"])
def test_the_way_back_stays_at_home(adviser_client, company, target):
    assert adviser_client.post(url(company), call(next=target)).url == company.get_absolute_url()
    assert adviser_client.post(url(company), call(next="/entreprises/")).url == "/entreprises/"


# --- choosing the company first -------------------------------------------------------------------
START = "/entreprises/noter/"


def test_start_finds_by_name_person_and_phone(adviser_client, structure):
    wanted = CompanyFactory(structure=structure, legal_name="Boulangerie Vacher")
    ContactFactory(company=wanted, last_name="Lamotte", mobile="+33611223344")
    CompanyFactory(structure=structure, legal_name="Garage du Pont")
    for words in ("boulangerie", "VACHÈR", "lamotte", "06 11 22 33 44"):
        assert adviser_client.get(START, {"q": words}).context["companies"] == [wanted], words
    assert adviser_client.get(START, {"q": "zz\x00zz"}).context["companies"] == []


def test_start_proposes_those_one_has_to_do_with(adviser_client, structure, adviser, other_structure):
    mine = CompanyFactory(structure=structure, adviser=adviser)
    planned = NextActionFactory(company=CompanyFactory(structure=structure), assigned_to=adviser).company
    CompanyFactory(structure=structure)
    CompanyFactory(structure=structure, adviser=adviser, deleted_at=timezone.now())
    CompanyFactory(structure=other_structure, adviser=adviser)
    assert set(adviser_client.get(START).context["companies"]) == {mine, planned}


def test_start_offers_to_add_to_those_who_may(adviser_client, counsellor, structure):
    text = adviser_client.get(START, {"q": "Ferronnerie & Blin"}).text
    assert f"{reverse('companies:company_create')}?nom=Ferronnerie%20%26%20Blin" in text
    text = signed_in(counsellor).get(START, {"q": "Ferronnerie & Blin"}).text
    assert "Aucune entreprise trouvée" in text
    assert reverse("companies:company_create") not in text


def test_start_shows_nobody_elses(adviser_client, other_structure):
    CompanyFactory(structure=other_structure, legal_name="Boulangerie Vacher")
    response = adviser_client.get(START, {"q": "boulangerie"}, headers={"hx-request": "true"})
    assert "Vacher" not in response.content.decode()
    assert "<html" not in response.content.decode()


# --- correcting -----------------------------------------------------------------------------------
@pytest.fixture
def interaction(company, adviser):
    return InteractionFactory(company=company, by=adviser, summary="Première version")


def edit_url(interaction):
    return reverse("companies:interaction_edit", args=[interaction.pk])


def test_an_exchange_is_corrected(adviser_client, interaction):
    data = call(summary="Seconde version", duration_minutes="12", version=1)
    assert adviser_client.post(edit_url(interaction), data).status_code == 302
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.duration_minutes) == ("Seconde version", 12)


def test_who_left_stays_in_the_exchange_she_was_in(adviser_client, interaction, company):
    gone = ContactFactory(company=company, left_on=TODAY)
    interaction.contacts.add(gone)
    assert gone in adviser_client.get(edit_url(interaction)).context["form"].fields["contacts"].queryset


def test_a_correction_saved_second_shows_what_was_saved_first(adviser_client, interaction, manager):
    edit_interaction(
        interaction=interaction, changes={"summary": "De la responsable"}, by=manager, now=timezone.now(), version=1
    )
    response = adviser_client.post(edit_url(interaction), call(summary="La mienne", version=1))
    page = response.content.decode()
    assert response.status_code == 409
    assert "De la responsable" in page
    assert "La mienne" in page
    assert 'name="version" value="2"' in page


def test_two_versions_of_an_exchange_are_chosen_field_by_field(adviser_client, interaction, manager):
    """Whom it was with and when stay as they are: only what differs is asked."""
    page = adviser_client.get(edit_url(interaction)).context
    edit_interaction(interaction=interaction, changes={"summary": "La sienne"}, by=manager, now=timezone.now())
    moment = timezone.localtime(interaction.at)
    data = call(summary=interaction.summary, duration_minutes="12", at=f"{moment:%Y-%m-%dT%H:%M}", version=1)
    response = adviser_client.post(edit_url(interaction), {**data, "base": page["base"]})
    chosen = {row["name"]: row["is_mine"] for row in response.context["rows"]}
    assert chosen["duration_minutes"]
    assert not chosen["summary"]
    assert "at" not in chosen
    choice = dict(response.context["posted"]) | {"version": response.context["version"]}
    choice |= {f"keep-{name}": "mine" if mine else "theirs" for name, mine in chosen.items()}
    assert adviser_client.post(edit_url(interaction), choice).status_code == 302
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.duration_minutes) == ("La sienne", 12)


def test_a_binned_exchange_comes_back(adviser_client, interaction):
    response = adviser_client.post(reverse("companies:interaction_bin", args=[interaction.pk]), follow=True)
    assert reverse("companies:interaction_restore", args=[interaction.pk]) in response.content.decode()
    adviser_client.post(reverse("companies:interaction_restore", args=[interaction.pk]))
    interaction.refresh_from_db()
    assert not interaction.is_deleted
