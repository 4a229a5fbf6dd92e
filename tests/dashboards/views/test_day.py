"""« Ma journée »: what is mine, in the right order, for each role."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.french import french_time, since
from opportunities.actions import solicit_for_need
from tests.conftest import signed_in
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    InteractionFactory,
    MembershipFactory,
    NeedFactory,
    NextActionFactory,
    PlacementFactory,
    YoungPersonFactory,
)

URL = reverse("dashboards:day")


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def company(structure, adviser):
    return CompanyFactory(structure=structure, legal_name="Bâti Brenne", adviser=adviser, phone="+33254000000")


def test_late_first_then_today_then_the_week(adviser, adviser_client, company, today):
    for title, days, time in [
        ("loin", 9, None),
        ("bientôt", 3, None),
        ("après-midi", 0, dt.time(16)),
        ("matin", 0, dt.time(9, 30)),
        ("sans heure", 0, None),
        ("vieille", -4, None),
        ("hier", -1, None),
    ]:
        NextActionFactory(
            company=company, assigned_to=adviser, title=title, due_on=today + dt.timedelta(days=days), due_time=time
        )
    answer = adviser_client.get(URL)
    day = answer.context["day"]
    assert [item.action.title for item in day.late] == ["vieille", "hier"]
    assert [item.action.title for item in day.now] == ["matin", "après-midi", "sans heure"]
    assert [item.action.title for item in day.ahead] == ["bientôt"]
    assert since(today - dt.timedelta(days=4)) in answer.text
    assert since(today - dt.timedelta(days=1)) in answer.text
    assert french_time(dt.time(9, 30)) in answer.text
    assert "loin" not in answer.text


def test_actions_of_others_ended_or_binned_are_not_mine(
    adviser, colleague, outsider, adviser_client, structure, other_structure, company, today
):
    NextActionFactory(company=company, assigned_to=colleague, title="à Samir", due_on=today)
    NextActionFactory(
        company=company, assigned_to=adviser, title="finie", due_on=today, state="done", ended_at=timezone.now()
    )
    theirs = CompanyFactory(structure=other_structure, legal_name="CANARI")
    NextActionFactory(company=theirs, assigned_to=adviser, title="ailleurs", due_on=today)
    gone = CompanyFactory(structure=structure, deleted_at=timezone.now())
    NextActionFactory(company=gone, assigned_to=adviser, title="jetée", due_on=today)
    text = adviser_client.get(URL).text
    for title in ("à Samir", "finie", "ailleurs", "CANARI", "jetée"):
        assert title not in text


def test_done_and_postpone_come_back_to_the_day(adviser, adviser_client, company, today):
    action = NextActionFactory(company=company, assigned_to=adviser, due_on=today - dt.timedelta(days=2))
    text = adviser_client.get(URL).text
    done = reverse("companies:next_action_done", args=[action.pk])
    assert f'form="day-actions" formaction="{done}"' in text
    assert text.count('<form method="post" id="day-actions"') == 1
    later = reverse("companies:next_action_postpone", args=[action.pk])
    answer = adviser_client.post(later, {"delay": "week", "next": URL})
    assert answer["Location"] == URL
    action.refresh_from_db()
    assert action.due_on > today
    assert adviser_client.post(done, {"next": URL})["Location"] == URL
    action.refresh_from_db()
    assert action.state == "done"
    assert action.title not in "".join(item.action.title for item in adviser_client.get(URL).context["day"].ahead)


def test_each_line_has_its_own_menu(adviser, adviser_client, company, today):
    actions = [NextActionFactory(company=company, assigned_to=adviser, due_on=today) for _number in range(2)]
    text = adviser_client.get(URL).text
    for action in actions:
        later = reverse("companies:next_action_postpone", args=[action.pk])
        assert f'name="delay" value="week" form="day-actions" formaction="{later}"' in text
        assert f'href="{reverse("companies:next_action_hand_over", args=[action.pk])}"' in text
    assert text.count(f'href="{reverse("companies:interaction_create", args=[company.pk])}"') >= 2
    assert not any(word in text for word in ("--postpone--", "--note--", "--hand-over--"))


def test_call_dials_the_person_else_the_company(adviser, adviser_client, company, today):
    NextActionFactory(company=company, assigned_to=adviser, due_on=today)
    assert 'href="tel:+33254000000"' in adviser_client.get(URL).text


def test_last_exchange_is_recalled_for_today(adviser, adviser_client, company, today):
    InteractionFactory(company=company, by=adviser, summary="un jeune à l’essai")
    NextActionFactory(company=company, assigned_to=adviser, due_on=today)
    text = adviser_client.get(URL).text
    assert "La dernière fois" in text
    assert "Vos derniers échanges" in text


def test_forgotten_ones_are_mine_in_relation_and_silent(adviser, colleague, adviser_client, structure, today):
    old = today - dt.timedelta(days=200)
    kept = CompanyFactory(
        structure=structure, legal_name="Oubliée", relation_state="partner", adviser=adviser, last_interaction_on=old
    )
    CompanyFactory(structure=structure, legal_name="Prospect", adviser=adviser, last_interaction_on=old)
    CompanyFactory(structure=structure, relation_state="partner", adviser=colleague, last_interaction_on=old)
    CompanyFactory(
        structure=structure, relation_state="partner", adviser=adviser, last_interaction_on=old, next_action_on=today
    )
    answer = adviser_client.get(URL)
    assert list(answer.context["day"].forgotten) == [kept]
    assert "action=forgotten-3" in answer.text


def test_navigation_counts_late_ones_once(adviser, adviser_client, company, today):
    NextActionFactory(company=company, assigned_to=adviser, due_on=today - dt.timedelta(days=1))
    assert '<span class="n hot">1' in adviser_client.get(URL).text


def test_empty_home_says_what_to_do(adviser_client, counsellor, structure):
    assert "Importer un fichier" in adviser_client.get(URL).text
    assert "n’a pas encore d’entreprise" in signed_in(counsellor).get(URL).text
    CompanyFactory(structure=structure)
    assert "Aucune entreprise ne vous est confiée" in adviser_client.get(URL).text


def test_manager_sees_the_team_of_her_structures(manager, adviser, other_structure, company, today):
    MembershipFactory(user=manager, structure=other_structure, role="counsellor")
    NextActionFactory(company=company, assigned_to=adviser, due_on=today - dt.timedelta(days=1))
    NextActionFactory(
        company=CompanyFactory(structure=other_structure), assigned_to=adviser, due_on=today - dt.timedelta(days=1)
    )
    (row,) = signed_in(manager).get(URL).context["team"]
    assert (row["assigned_to"], row["late"], row["opened"]) == (adviser.pk, 1, 1)
    assert "L’équipe" not in signed_in(adviser).get(URL).text


def test_home_of_the_others(administrator, coordinator, company):
    text = signed_in(administrator).get(URL).text
    assert "Ce que vous administrez" in text
    text = signed_in(coordinator).get(URL).text
    assert "Vous coordonnez un groupe" in text
    assert "Bâti Brenne" not in text


def test_anonymous_signs_in(client, db):
    assert client.get(URL).status_code == 302


def test_day_under_row_level_security(adviser, adviser_client, company, today, app_role):
    assert adviser_client.get(URL).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_constant_queries(adviser, adviser_client, structure, django_assert_num_queries, count, today):
    for _ in range(count):
        company = CompanyFactory(
            structure=structure, relation_state="partner", adviser=adviser, last_interaction_on=None
        )
        for days in (-1, 0, 1):
            NextActionFactory(company=company, assigned_to=adviser, due_on=today + dt.timedelta(days=days))
        InteractionFactory(company=company, by=adviser)
        NeedFactory(young_person__structure=structure)
    adviser_client.get(URL)
    with django_assert_num_queries(18):
        adviser_client.get(URL)


def test_a_binned_contact_is_neither_named_nor_called(adviser, adviser_client, company, today):
    contact = ContactFactory(company=company, last_name="Canari", mobile="+33612345678", email="canari@example.org")
    for kind in ("call", "email"):
        NextActionFactory(
            company=company, assigned_to=adviser, contact=contact, kind=kind, due_on=today, due_time=dt.time(9)
        )
    assert "Canari" in adviser_client.get(URL).text
    contact.put_in_bin(by=adviser, at=timezone.now())
    answer = adviser_client.get(URL)
    assert [item.phone for item in answer.context["day"].now] == [company.phone] * 2
    assert "canari" not in answer.text.lower()
    assert "612345678" not in answer.text


# --- what a counsellor's young people wait for ---------------------------------------------------
def need_of(counsellor, structure, *, days, **fields):
    person = YoungPersonFactory(structure=structure, counsellor=counsellor, first_name="Maël", last_name="Rivet")
    return NeedFactory(young_person=person, opened_at=timezone.localtime() - dt.timedelta(days=days), **fields)


def test_day_of_a_counsellor_begins_with_what_waits(counsellor, colleague, manager, structure, other_structure):
    need_of(counsellor, structure, days=40, trade="couverture")
    need_of(counsellor, structure, days=16, trade="vente")
    need_of(counsellor, structure, days=15, trade="tropneuf")
    need_of(counsellor, structure, days=40, trade="déjàproposé", state="proposed")
    need_of(colleague, structure, days=40, trade="duncollègue")
    need_of(counsellor, other_structure, days=40, trade="ailleurs")
    text = signed_in(counsellor).get("/").text
    section = text.split('id="day-needs"')[1].split("</section>")[0]
    assert section.index("Couverture") < section.index("Vente")
    assert 'late">40\u00a0jours' in section
    assert "Maël R." in section
    assert "Rivet" not in section
    for word in ("Tropneuf", "Déjàproposé", "Duncollègue", "Ailleurs"):
        assert word not in text
    assert "Noter un besoin" in text
    assert "day-needs" not in signed_in(manager).get("/").text


# --- what an adviser prospects for -----------------------------------------------------------------
def test_day_of_an_adviser_shows_what_nothing_is_proposed_for(
    adviser, adviser_client, counsellor, colleague, structure, other_structure, company
):
    oldest = need_of(counsellor, structure, days=40, trade="couverture")
    need_of(colleague, structure, days=3, trade="vente")
    need_of(counsellor, structure, days=50, trade="déjàproposé", state="proposed")
    need_of(counsellor, other_structure, days=60, trade="ailleurs")
    now = timezone.now()
    solicit_for_need(need=oldest, companies=[company], to_adviser=False, by=adviser, now=now)
    text = adviser_client.get(URL).text
    section = text.split('id="day-uncovered"')[1].split("</section>")[0]
    assert section.index("Couverture") < section.index("Vente")
    assert "1\u00a0entreprise déjà retenue" in section
    assert "aucune entreprise sollicitée" in section
    assert reverse("opportunities:need_matches", args=[oldest.pk]) in section
    assert "Rivet" not in text
    for word in ("Déjàproposé", "Ailleurs"):
        assert word not in text
    # Whoever also follows young people sees her own once.
    MembershipFactory(user=adviser, structure=structure, role="counsellor")
    need_of(adviser, structure, days=45, trade="maçonnerie")
    text = signed_in(adviser).get(URL).text
    assert "Maçonnerie" in text.split('id="day-needs"')[1].split("</section>")[0]
    assert "Maçonnerie" not in text.split('id="day-uncovered"')[1].split("</section>")[0]
    assert "day-uncovered" not in signed_in(counsellor).get(URL).text


def test_navigation_counts_own_needs_without_solution(counsellor, structure):
    for days in (1, 40, 50):
        need_of(counsellor, structure, days=days)
    assert '<span>Jeunes et besoins</span><span class="n">3' in signed_in(counsellor).get("/").text


@pytest.mark.parametrize("count", [1, 3])
def test_constant_queries_of_a_counsellor(counsellor, structure, django_assert_num_queries, count):
    for _ in range(count):
        need_of(counsellor, structure, days=40)
    client = signed_in(counsellor)
    client.get("/")
    with django_assert_num_queries(13):
        client.get("/")


# --- placements ---------------------------------------------------------------------------------
def test_meetings_and_what_begins(counsellor, adviser, structure, today):
    now = timezone.now()
    person = {"young_person__structure": structure, "young_person__counsellor": counsellor}
    mine = {"opportunity__company__structure": structure, **person}
    late = PlacementFactory(state="meeting", meeting_at=now - dt.timedelta(days=2), **mine)
    PlacementFactory(state="meeting", meeting_at=now + dt.timedelta(days=2), **mine)
    soon = PlacementFactory(state="accepted", opportunity__starts_on=today + dt.timedelta(days=3), **mine)
    PlacementFactory(state="accepted", opportunity__starts_on=today + dt.timedelta(days=30), **mine)
    day = signed_in(counsellor).get(URL).context["placements"]
    assert [card.pk for card in day.meetings] == [late.pk]
    assert day.late == {late.pk}
    assert [card.pk for card, _day in day.starting] == [soon.pk]
    assert not signed_in(adviser).get(URL).context["placements"]
