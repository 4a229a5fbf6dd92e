"""The list of young people, a file, its form."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import ActivityEntry, Municipality
from tests.conftest import member, signed_in
from tests.factories import NeedFactory, ObstacleFactory, YoungPersonFactory
from youth.actions import edit_young_person
from youth.forms.young_people import IN_PLACE
from youth.models import FileAccess, YoungPerson
from youth.views.lists import BUILT_IN

LIST = reverse("youth:young_person_list")
CREATE = reverse("youth:young_person_create")


def url(name, person):
    return reverse(f"youth:{name}", args=[person.pk])


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor, first_name="Maël", last_name="Rivet")


@pytest.fixture
def client(counsellor):
    return signed_in(counsellor)


# --- list ---------------------------------------------------------------------------------------
def test_a_counsellor_begins_with_her_own(client, person, structure):
    other = YoungPersonFactory(structure=structure, last_name="Ailleurs")
    answer = client.get(LIST, follow=True)
    assert answer.redirect_chain[0][0] == f"{LIST}?counsellor=me&here=followed"
    assert "Rivet" in answer.text
    assert other.last_name not in answer.text
    assert "suivis par" in answer.text
    everybody = client.get(LIST, {"view": "all"})
    assert other.last_name in everybody.text


def test_a_manager_begins_with_everybody(manager, person):
    assert "Rivet" in signed_in(manager).get(LIST).text


def test_another_structure_is_never_seen(client, other_structure):
    YoungPersonFactory(structure=other_structure, last_name="Canari")
    assert "Canari" not in client.get(LIST, {"view": "all"}).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "riv mael"}, True),
        ({"q": "zzz"}, False),
        ({"phase": "2"}, True),
        ({"phase": "4"}, False),
        ({"step": "accompanied"}, True),
        ({"need": "none"}, False),
        ({"need": "waiting"}, True),
        ({"need": "open"}, True),
        ({"city": "36300"}, True),
        ({"city": "le blanc"}, True),
        ({"programme": "cej"}, False),
        ({"level": "3"}, False),
        ({"erase": "soon"}, False),
        ({"here": "left"}, False),
        ({"counsellor": "none"}, False),
        ({"counsellor": "me"}, True),
    ],
)
def test_filters(client, person, query, found):
    NeedFactory(young_person=person)
    assert ("Rivet" in client.get(LIST, query).text) == found


@pytest.mark.parametrize("sort", ["name", "-name", "step", "-step", "counsellor", "-counsellor"])
def test_orders(client, person, structure, sort):
    YoungPersonFactory.create_batch(2, structure=structure)
    assert client.get(LIST, {"view": "all", "sort": sort}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_length(django_assert_max_num_queries, client, structure, counsellor, count):
    for _ in range(count):
        NeedFactory(young_person=YoungPersonFactory(structure=structure, counsellor=counsellor))
    client.get(LIST, {"view": "all"})
    with django_assert_max_num_queries(10):
        client.get(LIST, {"view": "all"})


def test_filters_and_columns(client, person):
    assert "Dispositif" in client.get(reverse("youth:young_person_filters")).text
    answer = client.post(reverse("youth:young_person_columns"), {"query": "view=all", "columns": ["phone", "keep"]})
    assert "columns=phone" in answer.url
    assert "À conserver" in client.get(answer.url).text


def test_the_list_gives_no_way_to_reach_somebody_else_s_young_people(client, structure, counsellor):
    """That is in the file, which asks why and is counted; the export is counted too."""
    mine = {"counsellor": counsellor, "phone": "+33639980001", "email": "mien@example.org", "imilo_number": "MIEN1"}
    YoungPersonFactory(structure=structure, **mine)
    YoungPersonFactory(structure=structure, phone="+33639980002", email="autre@example.org", imilo_number="AUTRE2")
    shown = client.get(LIST, {"view": "all", "columns": ["phone", "email", "imilo"]}).text
    assert "mien@example.org" in shown
    assert "MIEN1" in shown
    assert "autre@example.org" not in shown
    assert "AUTRE2" not in shown
    assert "39 98 00 02" not in shown.replace("\u00a0", " ").replace("\u202f", " ")
    assert "dans le dossier" in shown


# --- the file -----------------------------------------------------------------------------------
def test_own_file_opens_and_is_logged(client, person, counsellor):
    ObstacleFactory(young_person=person, note="Sans permis")
    NeedFactory(young_person=person)
    answer = client.get(person.get_absolute_url())
    assert answer.status_code == 200
    assert "Sans permis" in answer.text
    access = FileAccess.objects.get()
    assert (access.user, access.kind, access.reason) == (counsellor, "read", "")


@pytest.mark.parametrize("count", [1, 3])
def test_file_costs_the_same_for_any_history(django_assert_max_num_queries, client, person, count):
    for kind in ["mobility", "housing", "digital"][:count]:
        ObstacleFactory(young_person=person, kind=kind)
        NeedFactory(young_person=person)
    client.get(person.get_absolute_url())
    with django_assert_max_num_queries(16):  # two of which are the savepoint of the test
        client.get(person.get_absolute_url())


def test_timeline_alone(client, person):
    client.post(url("young_person_met", person))
    answer = client.get(url("young_person_timeline", person), {"fil": "modifications"})
    assert "Contact le" in answer.text
    assert 'id="young-person-timeline"' in answer.text


# --- form ---------------------------------------------------------------------------------------
def posted(**more):
    return {
        "first_name": "Inès",
        "last_name": "Garnier",
        "birth_date": "2007-03-04",
        "gender": "unsaid",
        "district": "unknown",
        "entered_on": "2026-09-01",
        "phase": "1",
        "step": "enrolled",
        **more,
    }


def test_create(client, structure, counsellor):
    Municipality.objects.create(insee_code="36018", name="Le Blanc", postcodes=["36300"], latitude=46.6, longitude=1.06)
    answer = client.post(CREATE, posted(postcode="36 300", counsellor=counsellor.pk))
    person = YoungPerson.objects.get()
    assert answer.url == person.get_absolute_url()
    assert (person.city, person.insee_code, person.counsellor) == ("Le Blanc", "36018", counsellor)
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"birth_date": "2015-01-01"}, "16 ans au moins"),
        ({"birth_date": ""}, "obligatoire"),
        ({"strengths": "NIR 2 99 05 36 018 123 45"}, "sécurité sociale"),
        ({"entered_on": "2036-01-01"}, "à venir"),
        ({"phone": "12"}, "ne peut pas être appelé"),
    ],
)
def test_refused(client, structure, given, said):
    assert said in client.post(CREATE, posted(**given)).text
    assert not YoungPerson.objects.exists()


def test_same_imilo_number_is_refused(client, structure):
    YoungPersonFactory(structure=structure, imilo_number="A12", first_name="Zoé")
    assert "porte déjà ce numéro i-Milo" in client.post(CREATE, posted(imilo_number="a 12")).text


def test_who_she_may_already_be_is_proposed_first(client, structure):
    known = YoungPersonFactory(
        structure=structure, first_name="Ines", last_name="GARNIER", birth_date=dt.date(2007, 3, 4)
    )
    answer = client.post(CREATE, posted())
    assert "a-t-elle déjà un dossier" in answer.text
    assert known.get_absolute_url() in answer.text
    assert YoungPerson.objects.count() == 1
    client.post(CREATE, posted(confirmed="1"))
    assert YoungPerson.objects.count() == 2


def test_edit_and_conflict(client, person, manager):
    page = client.get(url("young_person_edit", person))
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data = {name: f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else value for name, value in data.items()}
    data |= {"version": page.context["version"], "base": page.context["base"], "has_rqth": ""}
    first = client.post(url("young_person_edit", person), data | {"city": "Rosnay", "postcode": "36300"})
    assert first.status_code == 302
    second = client.post(url("young_person_edit", person), data | {"email": "mael@example.org"})
    assert second.status_code == 409
    assert "Quelqu’un a enregistré avant vous" in second.text
    assert "Rosnay" in second.text


def test_bin_and_back(client, person):
    client.post(url("young_person_bin", person))
    assert client.get(person.get_absolute_url()).status_code == 404
    assert "Rivet" in client.get(reverse("youth:bin_list")).text
    client.post(url("young_person_restore", person))
    assert client.get(person.get_absolute_url()).status_code == 200


# --- small forms --------------------------------------------------------------------------------
def test_move_then_leave_then_come_back(client, person):
    today = f"{timezone.localdate():%Y-%m-%d}"
    for name in ("pathway_move", "pathway_leave", "company_profile_edit", "obstacle_create"):
        assert client.get(url(name, person)).status_code == 200
    NeedFactory(young_person=person)
    moved = client.post(
        url("pathway_move", person), {"phase": "4", "step": "accompanied", "on": today, "version": person.version}
    )
    assert moved.url == person.get_absolute_url()
    stale = client.post(url("pathway_move", person), {"phase": "1", "step": "accompanied", "on": today, "version": 1})
    assert "Quelqu’un vient de modifier" in stale.text
    assert "1 besoin en attente" in client.get(url("pathway_leave", person)).text.replace("\u00a0", " ")
    client.post(url("pathway_leave", person), {"outcome": "training", "on": today, "version": 2})
    person.refresh_from_db()
    assert person.outcome == "training"
    assert "Sorti" in client.get(person.get_absolute_url()).text


def test_profile_for_companies(client, person):
    data = {"company_profile": "Aime le bois", "profile_fields": ["age"], "version": person.version}
    assert "accord" in client.post(url("company_profile_edit", person), data).text
    client.post(url("company_profile_edit", person), data | {"profile_agreed_on": "2026-11-01"})
    assert "Aime le bois" in client.get(person.get_absolute_url()).text


def test_obstacles(client, person, adviser):
    client.post(url("obstacle_create", person), {"kind": "mobility", "level": "3", "note": "Sans permis"})
    obstacle = person.obstacles.get()
    client.post(reverse("youth:obstacle_edit", args=[obstacle.pk]), {"level": "2", "note": "Permis en cours"})
    assert adviser.full_name in client.get(reverse("youth:obstacle_share", args=[obstacle.pk])).text
    client.post(reverse("youth:obstacle_share", args=[obstacle.pk]), {"adviser": adviser.pk})
    share = obstacle.shares.get()
    assert "Partagé avec Léa Morin" in client.get(person.get_absolute_url()).text
    client.post(reverse("youth:obstacle_unshare", args=[share.pk]))
    client.post(reverse("youth:obstacle_lift", args=[obstacle.pk]))
    obstacle.refresh_from_db()
    share.refresh_from_db()
    assert obstacle.lifted_on
    assert share.ended_at


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.label)
def test_the_figure_of_a_tab_is_what_it_opens_on(client, structure, counsellor, view):
    near = timezone.localdate() + dt.timedelta(days=20)
    for values in ({"counsellor": counsellor}, {"left": True}, {"keep_until": near}, {"backup": counsellor}):
        YoungPersonFactory(structure=structure, **values)
    NeedFactory(young_person=YoungPersonFactory(structure=structure, counsellor=counsellor))
    answer = client.get(f"{LIST}?{view.query}")
    tab = next(tab for tab in answer.context["tabs"] if tab.label == view.label)
    assert tab.current
    if tab.count:
        assert tab.count.value == answer.context["count"].value > 0


# --- facts in place -----------------------------------------------------------------------------
HTMX = {"hx-request": "true", "hx-target": "young-person-record"}


def fact(person, word):
    return reverse("youth:young_person_edit_fact", args=[person.pk, word])


@pytest.mark.parametrize("word", IN_PLACE)
def test_each_fact_has_its_pencil_and_its_two_forms(client, person, word):
    assert fact(person, word) in client.get(person.get_absolute_url()).text
    in_place = client.get(fact(person, word), headers=HTMX).text
    assert "<html" not in in_place
    assert f'id="fact-{word}"' in in_place
    assert "<html" in client.get(fact(person, word)).text


def test_a_fact_is_corrected_in_place_and_draws_the_file_again(client, person):
    data = {"training_level": "5", "version": person.version, "last_name": "Volé"}
    answer = client.post(fact(person, "formation"), data, headers=HTMX)
    person.refresh_from_db()
    assert (person.training_level, person.last_name) == ("5", "Rivet")
    assert 'id="young-person-record"' in answer.text
    assert "<html" not in answer.text
    assert person.get_training_level_display() in answer.text


def test_a_fact_is_corrected_without_script(client, person):
    data = {"phone": "06 39 98 01 02", "email": "", "version": person.version}
    assert client.post(fact(person, "joindre"), data).url == person.get_absolute_url()


def test_a_fact_that_is_refused_comes_back_in_its_line(client, person):
    answer = client.post(fact(person, "joindre"), {"phone": "12", "version": person.version}, headers=HTMX)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#fact-joindre"
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    data = {"entered_on": f"{tomorrow:%Y-%m-%d}", "version": person.version}
    assert "à venir" in client.post(fact(person, "entree"), data, headers=HTMX).text
    young = {"birth_date": f"{person.entered_on:%Y-%m-%d}", "gender": "unsaid", "version": person.version}
    assert "16 ans au moins" in client.post(fact(person, "naissance"), young, headers=HTMX).text
    number = {"strengths": "1 85 05 78 006 084 91", "version": person.version}
    assert "sécurité sociale" in client.post(fact(person, "atouts"), number, headers=HTMX).text


def test_a_fact_saved_first_by_somebody_else_is_shown(client, person, manager):
    edit_young_person(young_person=person, changes={"training_level": "4"}, by=manager, now=timezone.now())
    data = {"training_level": "5", "version": person.version}
    page = client.post(fact(person, "formation"), data, headers=HTMX)
    theirs = YoungPerson.objects.get(pk=person.pk)
    assert page.status_code == 422
    assert f"Valeur enregistrée — Niveau de formation\u00a0: {theirs.get_training_level_display()}" in page.text
    assert 'value="5" selected' in page.text
    assert f'name="version" value="{theirs.version}"' in page.text
    assert theirs.training_level == "4"
    assert client.post(fact(person, "formation"), data).status_code == 409


def test_a_fact_of_somebody_else_s_young_person_asks_why(client, structure):
    other = YoungPersonFactory(structure=structure, strengths="Canari")
    answer = client.get(fact(other, "atouts"), headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"][:7]) == (204, "/jeunes")
    assert "Canari" not in answer.text
    posted = client.post(fact(other, "atouts"), {"strengths": "Pris", "version": other.version}, headers=HTMX)
    assert posted.status_code == 204
    other.refresh_from_db()
    assert other.strengths == "Canari"


def test_a_correction_given_up_draws_the_file_as_it_is(client, person):
    answer = client.get(reverse("youth:young_person_fact", args=[person.pk, "formation"]), headers=HTMX)
    assert 'id="young-person-record"' in answer.text
    assert "autofocus" in answer.text


def test_an_unknown_fact_is_not_found(client, person):
    assert client.get(fact(person, "inconnu")).status_code == 404


def test_giving_the_file_to_a_colleague_has_its_line(client, person, structure, counsellor):
    colleague = member(structure, Role.COUNSELLOR)
    data = {"counsellor": colleague.pk, "backup": counsellor.pk, "version": person.version}
    client.post(fact(person, "suivi"), data, headers=HTMX)
    person.refresh_from_db()
    assert (person.counsellor, person.backup) == (colleague, counsellor)
    titles = list(ActivityEntry.objects.about(person).values_list("title", flat=True))
    assert f"Confié à {colleague.full_name}" in titles
    assert FileAccess.objects.filter(young_person=person, kind="changed").count() == 1


def test_a_file_on_paper_says_who_printed_it(client, person, counsellor):
    assert f"par {counsellor.full_name}. Rangez cette feuille" in client.get(person.get_absolute_url()).text
