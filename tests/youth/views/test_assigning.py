"""Giving several files to a counsellor: asked, shown, then written."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.models import ActivityEntry
from tests.conftest import member, signed_in
from tests.factories import YoungPersonFactory
from youth.models import FileAccess
from youth.views import assigning

ASSIGN = reverse("youth:young_person_assign")
LIST = reverse("youth:young_person_list")


@pytest.fixture
def colleague_of_youth(structure):
    return member(structure, Role.COUNSELLOR)


@pytest.fixture
def mine(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor, last_name="Rivet")


@pytest.fixture
def client(counsellor):
    return signed_in(counsellor)


def sent(*people, step="", to=None, **more):
    data = {"ids": [person.pk for person in people], "query": "view=all", **more}
    return data | ({"step": step} if step else {}) | ({"counsellor": to.pk} if to else {})


def test_the_list_offers_it(client, mine):
    page = client.get(LIST, {"view": "all"}).text
    assert f'action="{ASSIGN}"' in page
    assert f'name="ids" value="{mine.pk}"' in page


def test_nothing_is_written_before_it_was_shown(client, mine, counsellor, colleague_of_youth):
    asked = client.post(ASSIGN, sent(mine))
    assert "Confier 1\u00a0jeune" in asked.text
    shown = client.post(ASSIGN, sent(mine, step="preview", to=colleague_of_youth))
    assert "1\u00a0dossier changera de mains" in shown.text
    assert f"<ins>{colleague_of_youth.full_name}</ins>" in shown.text
    mine.refresh_from_db()
    assert mine.counsellor == counsellor
    assert not FileAccess.objects.filter(kind="changed").exists()


def test_what_was_shown_is_done_and_told(client, mine, counsellor, colleague_of_youth):
    answer = client.post(ASSIGN, sent(mine, step="apply", to=colleague_of_youth, expected="1"))
    assert answer.url == f"{LIST}?view=all"
    mine.refresh_from_db()
    assert mine.counsellor == colleague_of_youth
    line = ActivityEntry.objects.about(mine).get()
    assert (line.title, line.by) == (f"Confié à {colleague_of_youth.full_name}", counsellor)
    access = FileAccess.objects.get(young_person=mine)
    assert (access.user, access.kind, access.reason) == (counsellor, "changed", "")


def test_a_counsellor_takes_nobody_from_a_colleague(client, mine, structure, counsellor, colleague_of_youth):
    """Nor a file that nobody follows: it would be hers without a word of why."""
    other = YoungPersonFactory(structure=structure, counsellor=colleague_of_youth, last_name="Autre")
    alone = YoungPersonFactory(structure=structure, counsellor=None, last_name="Seul")
    shown = client.post(ASSIGN, sent(other, alone, step="preview", to=counsellor))
    assert "Aucun dossier ne changera de mains" in shown.text
    assert "2\u00a0jeunes&nbsp;: hors de vos propres jeunes" in shown.text
    client.post(ASSIGN, sent(other, alone, step="apply", to=counsellor, expected="0"))
    other.refresh_from_db()
    alone.refresh_from_db()
    assert (other.counsellor, alone.counsellor) == (colleague_of_youth, None)


def test_a_manager_hands_over_a_whole_caseload(manager, structure, counsellor, colleague_of_youth, mine):
    YoungPersonFactory(structure=structure, counsellor=counsellor)
    data = {"everything": "1", "query": "view=all", "counsellor": colleague_of_youth.pk, "step": "apply"}
    signed_in(manager).post(ASSIGN, data | {"expected": "2"})
    assert counsellor.young_people.count() == 0
    assert colleague_of_youth.young_people.count() == 2


def test_a_list_that_changed_meanwhile_is_shown_again(client, mine, counsellor, colleague_of_youth):
    answer = client.post(ASSIGN, sent(mine, step="apply", to=colleague_of_youth, expected="2"))
    assert "a changé entre-temps" in answer.text
    mine.refresh_from_db()
    assert mine.counsellor == counsellor


def test_who_follows_no_young_people_is_not_offered(client, mine, adviser):
    answer = client.post(ASSIGN, sent(mine, step="apply", to=adviser, expected="1"))
    assert adviser.full_name not in answer.text
    mine.refresh_from_db()
    assert mine.counsellor != adviser


def test_young_people_of_another_structure_are_not_seen(client, other_structure, colleague_of_youth):
    canary = YoungPersonFactory(structure=other_structure, last_name="Canari")
    answer = client.post(ASSIGN, sent(canary, step="apply", to=colleague_of_youth, expected="1"), follow=True)
    assert "Cochez d’abord" in answer.text
    canary.refresh_from_db()
    assert canary.counsellor != colleague_of_youth


def test_too_many_at_once_are_filtered_first(monkeypatch, manager, structure, colleague_of_youth):
    monkeypatch.setattr(assigning, "MOST", 1)
    YoungPersonFactory.create_batch(2, structure=structure)
    answer = signed_in(manager).post(ASSIGN, {"everything": "1", "query": "view=all"}, follow=True)
    assert "filtrez la liste d’abord" in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_costs_the_same_for_any_length(
    django_assert_max_num_queries, client, structure, counsellor, colleague_of_youth, count
):
    people = YoungPersonFactory.create_batch(count, structure=structure, counsellor=counsellor)
    client.post(ASSIGN, sent(*people))
    with django_assert_max_num_queries(12):
        client.post(ASSIGN, sent(*people, step="preview", to=colleague_of_youth))
