"""The pages of needs: noting one, its page, its states, the list, the screen of team meetings."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import Municipality, Occupation, OccupationTitle
from core.phases import Phase, SolutionKind
from tests.conftest import gave_a_factor, member, signed_in
from tests.factories import NeedFactory, ObstacleFactory, OccupationFactory, YoungPersonFactory
from youth.enums import NeedState
from youth.models import FileAccess, Need
from youth.queries.needs import read_needs, unsolved_needs

pytestmark = pytest.mark.django_db
LIST = reverse("youth:need_list")
FORM = {"phase": "2", "kind": "", "radius_km": "20", "when": "soon", "postcode": "36300", "city": "Le Blanc"}


def ago(days):
    """At this hour of that day, whatever the clocks did since: ages are counted in days of the calendar."""
    return timezone.localtime() - dt.timedelta(days=days)


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor, first_name="Maël", last_name="Rivet")


@pytest.fixture
def need(person):
    return NeedFactory(young_person=person, opened_at=ago(40), radius_km=20)


@pytest.fixture
def client(counsellor):
    return signed_in(counsellor)


def log_url(person):
    return reverse("youth:need_log", args=[person.pk])


# --- noting ------------------------------------------------------------------------------------
def test_one_picks_among_her_own_first(client, person, structure):
    YoungPersonFactory(structure=structure, last_name="Aaron", first_name="Zoé")
    YoungPersonFactory(structure=structure, last_name="Sortie", left=True)
    url = reverse("youth:need_create")
    assert "Maël Rivet" in client.get(url).text
    assert "Aaron" not in client.get(url).text
    text = client.get(url, {"q": "r"}, headers={"HX-Request": "true"}).text
    assert text.index("Maël Rivet") < text.index("Zoé Aaron")
    assert "<h1>" not in text
    assert "Sortie" not in client.get(url, {"q": "sortie"}).text.replace('"sortie"', "")
    assert client.get(url, {"jeune": person.pk}).url == log_url(person)
    assert client.get(url, {"jeune": "9" * 30}).status_code == 200


def test_form_begins_with_her_phase_and_place(client, person):
    text = client.get(log_url(person)).text
    assert 'name="phase" value="2" id="id_phase_1" required checked' in text
    assert "<b>Le Blanc</b>" in text
    assert 'name="radius_km" value="20" id="id_radius_km_2" checked' in text


def test_form_begins_with_her_last_need(client, person):
    NeedFactory(young_person=person, city="Belâbre", radius_km=25, without_car=True)
    text = client.get(log_url(person)).text
    assert "<b>Belâbre</b>" in text
    assert 'name="radius_km" value="25"' in text
    assert 'id="id_without_car" checked' in text
    assert "Demandés récemment" in text


def test_a_distance_of_her_own_stands_at_its_rank(client, person):
    NeedFactory(young_person=person, radius_km=15)
    form = client.get(log_url(person)).context["form"]
    assert [value for value, _ in form.fields["radius_km"].choices] == ["5", "10", "15", "20", "30", "50", ""]


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (0, "open", "Noté aujourd’hui"),
        (1, "open", "1\u00a0jour<"),
        (0, "met", "Satisfait le jour même"),
        (2, "met", "Satisfait en 2\u00a0jours"),
    ],
)
def test_the_age_of_a_need_is_said_as_one_says_it(client, person, days, state, said):
    closed = {"closed_at": timezone.now()} if state == "met" else {}
    need = NeedFactory(
        young_person=person, state=state, opened_at=timezone.localtime() - dt.timedelta(days=days), **closed
    )
    text = client.get(need.get_absolute_url()).text
    assert said in text
    assert "0\u00a0jour<" not in text


def test_need_is_noted_in_one_post(client, person):
    Municipality.objects.create(
        insee_code="36018", name="Le Blanc", postcodes=["36300"], department="36", latitude=46.63, longitude=1.06
    )
    answer = client.post(log_url(person), {**FORM, "trade": "charpente", "kind": SolutionKind.IMMERSION_CONFIRM})
    need = Need.objects.get()
    assert answer.url == need.get_absolute_url()
    assert (need.trade, need.occupation, need.radius_km, need.kind) == ("charpente", None, 20, "immersion_confirm")
    assert (need.insee_code, need.latitude, need.without_car) == ("36018", 46.63, False)
    assert (need.starts_on, need.ends_on, need.state) == (None, None, NeedState.OPEN)
    assert "Le besoin de Maël R. est noté." in client.get(answer.url).text


def test_trade_is_chosen_by_its_words(client, person):
    roofing = Occupation.objects.create(code="F1610", label="Pose et restauration de couvertures")
    title = OccupationTitle.objects.create(occupation=roofing, title="Couvreur / Couvreuse")
    text = client.get(reverse("youth:need_trades"), {"trade": "couvreur"}).text
    assert f'value="F1610.{title.pk}"' in text
    assert "Garder mes mots" in text
    client.post(log_url(person), {**FORM, "trade": "couvr", "occupation": f"F1610.{title.pk}"})
    need = Need.objects.get()
    assert (need.occupation, need.trade) == (roofing, "Couvreur / Couvreuse")
    assert client.get(reverse("youth:need_trades"), {"trade": "zz", "occupation": "F1610"}).text.count("checked") == 1


def test_without_script_trades_come_by_a_second_step(client, person):
    Occupation.objects.create(code="F1610", label="Pose et restauration de couvertures")
    data = {**FORM, "trade": "couvertures", "comment": "le matin", "without_car": "on", "find": "1"}
    text = client.post(log_url(person), data).text
    assert 'value="F1610"' in text
    assert "le matin" in text
    assert 'id="id_without_car" checked' in text
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"phase": ""}, "obligatoire"),
        ({"kind": SolutionKind.PERMANENT}, "n’est pas une solution de la phase Validation"),
        ({"occupation": "Z9999"}, "Ce métier n’existe pas"),
        ({"when": "dates"}, "au moins une des deux dates"),
        ({"when": "dates", "starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "dates sont inversées"),
        ({"comment": "2 05 05 36 018 123 45"}, "numéro de sécurité sociale"),
        ({"trade": "205053601812345"}, "numéro de sécurité sociale"),
        ({"postcode": "36"}, "code postal"),
        ({"radius_km": "7"}, "choix"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(client, person, data, said):
    answer = client.post(log_url(person), {**FORM, **data})
    assert answer.status_code == 200
    assert said in answer.text
    assert not Need.objects.exists()


def test_month_and_dates(client, person):
    month = timezone.localdate().replace(day=1)
    client.post(log_url(person), {**FORM, "when": f"{month:%Y-%m}"})
    need = Need.objects.get()
    assert need.starts_on == month
    assert (need.ends_on + dt.timedelta(days=1)).day == 1
    client.post(log_url(person), {**FORM, "when": "dates", "starts_on": "2026-12-05"})
    assert Need.objects.latest("pk").starts_on == dt.date(2026, 12, 5)


def test_who_left_is_refused_in_words(client, structure):
    gone = YoungPersonFactory(structure=structure, left=True)
    assert "a quitté l’accompagnement" in client.post(log_url(gone), FORM).text


def test_young_person_of_another_structure_does_not_exist(client, other_structure):
    assert client.post(log_url(YoungPersonFactory(structure=other_structure)), FORM).status_code == 404


# --- its page and its states -------------------------------------------------------------------
def test_page_says_age_in_red_past_thirty_days(client, need):
    text = client.get(need.get_absolute_url()).text
    assert 'class="late">40\u00a0jours' in text
    assert "Le Blanc, 20\u00a0km" in text
    assert "Solution proposée" in text


def test_gestures_move_the_need(client, need):
    for name, state in [("propose", "proposed"), ("reopen", "open"), ("meet", "met"), ("reopen", "open")]:
        assert client.post(reverse(f"youth:need_{name}", args=[need.pk])).url == need.get_absolute_url()
        need.refresh_from_db()
        assert need.state == state
    client.post(reverse("youth:need_meet", args=[need.pk]))
    answer = client.post(reverse("youth:need_propose", args=[need.pk]), follow=True)
    assert "on ne passe pas à" in answer.text


def test_abandoning_asks_why(client, need):
    url = reverse("youth:need_abandon", args=[need.pk])
    assert "Le projet a changé" in client.get(url).text
    assert client.post(url, {}).status_code == 200
    client.post(url, {"reason": "project_changed", "note": "vise la vente"})
    text = client.get(need.get_absolute_url()).text
    assert "le projet a changé" in text
    assert "vise la vente" in text
    need.refresh_from_db()
    assert need.state == NeedState.ABANDONED


def test_need_is_corrected(client, need):
    url = reverse("youth:need_edit", args=[need.pk])
    assert 'value="F1503"' in client.get(url).text
    data = {**FORM, "occupation": "F1503", "radius_km": "50", "version": need.version, "base": "{}"}
    assert client.post(url, data).url == need.get_absolute_url()
    need.refresh_from_db()
    assert (need.radius_km, need.occupation_id, need.version) == (50, "F1503", 2)
    conflict = client.post(url, {**data, "radius_km": "5"})
    assert conflict.status_code == 409
    assert "Quelqu’un a enregistré avant vous" in conflict.text


def test_correcting_keeps_the_name_of_the_trade(client, need):
    title = OccupationTitle.objects.create(occupation=need.occupation, title="Charpentier / Charpentière")
    Need.objects.filter(pk=need.pk).update(trade=title.title)
    url = reverse("youth:need_edit", args=[need.pk])
    assert f'value="F1503.{title.pk}"' in client.get(url).text
    client.post(url, {**FORM, "occupation": f"F1503.{title.pk}", "version": need.version, "base": "{}"})
    need.refresh_from_db()
    assert need.trade == title.title


# --- the list ----------------------------------------------------------------------------------
def trades(client, **query):
    answer = client.get(LIST, query)
    return [need.trade_label for need in answer.context["page"].rows]


@pytest.fixture
def several(structure, person, colleague):
    other = YoungPersonFactory(structure=structure, counsellor=colleague)
    sale = Occupation.objects.create(code="D1106", label="Vente en alimentation")
    blank = {"occupation": None, "kind": ""}
    return [
        NeedFactory(young_person=person, trade="a", opened_at=ago(61), phase=Phase.JOB, **blank),
        NeedFactory(young_person=person, trade="b", opened_at=ago(31), without_car=True, **blank),
        NeedFactory(young_person=other, trade="c", opened_at=ago(16), occupation=sale, starts_on=dt.date(2027, 3, 1)),
        NeedFactory(young_person=other, trade="d", opened_at=ago(8), state="proposed", city="Poitiers", **blank),
        NeedFactory(young_person=other, trade="e", opened_at=ago(3), met=True, **blank),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "abcd"),
        ({"sort": "-age"}, "dcba"),
        ({"state": ["all"]}, "abcde"),
        ({"state": ["met", "abandoned"]}, "e"),
        ({"state": "open"}, "abc"),
        ({"phase": "4"}, "a"),
        ({"trade": "alimentation vente"}, "c"),
        ({"trade": "D1106"}, "c"),
        ({"family": ["D", "F"]}, "c"),
        ({"city": "poitiers"}, "d"),
        ({"car": "no"}, "b"),
        ({"age": "7"}, "abcd"),
        ({"age": "15"}, "abc"),
        ({"age": "30"}, "ab"),
        ({"age": "60"}, "a"),
        ({"counsellor": "me"}, "ab"),
        ({"counsellor": "none"}, ""),
        ({"near": "nulle part"}, ""),
        ({"age": "zz", "phase": "x"}, "abcd"),
    ],
)
def test_list_filters(client, several, query, found):
    assert "".join(trades(client, **query)) == found


def test_month_holds_what_is_possible_then(client, several):
    month = timezone.localdate()
    assert trades(client, month=f"{month:%Y-%m}") == ["a", "b", "d"]
    assert client.get(LIST, {"month": "1999-01"}).context["listing"].filterset.ignored == ["Possible en"]


def test_list_says_the_age_and_turns_red(client, several):
    text = client.get(LIST).text
    assert 'class="late tn text-nowrap">31\u00a0jours' in text
    assert 'class="tn text-nowrap">16\u00a0jours' in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_holds_what_is_shown(adviser, several, kind):
    client = gave_a_factor(signed_in(adviser), adviser)
    answer = client.post(reverse("youth:need_export"), {"format": kind, "all": "1"})
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        assert [row["Métier"] for row in rows] == ["a", "b", "c", "d"]
        assert rows[0]["Jeune"] == "Maël R."
        assert rows[0]["Âge en jours"] == "61"


def test_query_counts_do_not_grow(structure, counsellor, client, django_assert_num_queries):
    def more():
        NeedFactory(young_person=YoungPersonFactory(structure=structure, counsellor=counsellor), opened_at=ago(40))

    more()
    pages = [LIST, reverse("youth:need_unsolved"), reverse("youth:need_create"), reverse("youth:need_print")]
    for url in pages:
        client.get(url)
    counts = {url: count_queries(client, url) for url in pages}
    for _ in range(3):
        more()
    for url in pages:
        assert count_queries(client, url) == counts[url] <= 12, (url, counts)


def count_queries(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_other_pages_are_cheap(client, person, need):
    for url in (need.get_absolute_url(), log_url(person), reverse("youth:need_edit", args=[need.pk])):
        client.get(url)
        assert count_queries(client, url) <= 12, url


# --- the screen of meetings --------------------------------------------------------------------
def test_unsolved_by_phase_then_family_oldest_first(client, several):
    text = client.get(reverse("youth:need_unsolved")).text
    groups = client.get(reverse("youth:need_unsolved")).context["groups"]
    assert [(group.phase, [need.trade for family in group.families for need in family.needs]) for group in groups] == [
        (1, []),
        (2, ["b", "c"]),
        (3, []),
        (4, ["a"]),
    ]
    assert groups[1].families[1].label == "Commerce, vente, bouche"
    assert "3\u00a0besoins · le plus ancien attend depuis 61\u00a0jours" in text
    assert "Poitiers" not in text


# --- who sees what -----------------------------------------------------------------------------
CANARY = {
    "last_name": "Xanarinom",
    "email": "canari@example.org",
    "phone": "+33254112233",
    "imilo_number": "CANARI9",
    "postcode": "97133",
    "city": "Canariville",
    "strengths": "canariforces",
    "vulnerabilities": "canarifaiblesses",
    "training_level": "3",
    "programme": "cej",
    "has_rqth": True,
    "district": "yes",
    "gender": "woman",
}
TOLD = [
    "xanarinom",
    "canari",
    "54\u00a011",
    "254112233",
    "97133",
    "2005",
    "rqth",
    "prioritaire",
    "engagement jeune",
    "cap, bep",
    "femme",
]


@pytest.mark.parametrize("role", [Role.ADVISER, Role.COUNSELLOR])
def test_an_adviser_reads_no_more_than_a_first_name(structure, role):
    person = YoungPersonFactory(structure=structure, first_name="Maël", **CANARY)
    ObstacleFactory(young_person=person, note="canarifrein", kind="housing")
    need = NeedFactory(young_person=person, opened_at=ago(40))
    reader = member(structure, role)
    client = signed_in(reader)
    seen = {}
    for name, args in [
        ("need_list", []),
        ("need_filters", []),
        ("need_print", []),
        ("need_unsolved", []),
        ("need_detail", [need.pk]),
    ]:
        answer = client.get(reverse(f"youth:{name}", args=args), {"columns": ["family", "opened", "reason"]})
        seen[name] = answer.text.lower()
    gave_a_factor(client, reader)
    for kind in ("csv", "xlsx"):
        FileAccess.objects.all().delete()
        answer = client.post(reverse("youth:need_export"), {"format": kind, "all": "1"})
        seen[kind] = b"".join(answer.streaming_content).decode("utf-8", "ignore").lower()
    for name, text in seen.items():
        found = [word for word in TOLD if word in text]
        assert found == [], name
        assert "logement" not in text, name
    for name in ("need_list", "need_unsolved", "need_detail", "csv"):
        assert "maël x." in seen[name], name
    assert ("/jeunes/" in seen["need_detail"].split("<main")[1]) == (role == Role.COUNSELLOR)


def test_the_file_is_not_even_read(adviser, need):
    """What a page of needs holds of a young person is what her card says."""
    delicate = {
        "birth_date",
        "gender",
        "email",
        "phone",
        "has_rqth",
        "district",
        "strengths",
        "vulnerabilities",
        "city",
    }
    for rows in (
        signed_in(adviser).get(LIST).context["page"].rows,
        read_needs(user=adviser, structure=None),
        unsolved_needs(user=adviser, structure=None),
    ):
        assert [delicate - row.young_person.get_deferred_fields() for row in rows] == [set()]


def test_other_structure_s_needs_are_nowhere(client, other_structure):
    theirs = NeedFactory(
        young_person=YoungPersonFactory(structure=other_structure, first_name="Canari"), trade="canarimétier"
    )
    for name in ("need_list", "need_unsolved", "need_print", "need_create"):
        assert "canari" not in client.get(reverse(f"youth:{name}")).text.lower()
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.post(reverse("youth:need_meet", args=[theirs.pk])).status_code == 404


def test_need_of_a_binned_file_is_gone(client, need):
    person = need.young_person
    person.deleted_at = timezone.now()
    person.save()
    assert client.get(need.get_absolute_url()).status_code == 404
    assert trades(client) == []


def test_adviser_reads_and_does_not_write(adviser, need, person):
    client = signed_in(adviser)
    assert "Corriger" not in client.get(need.get_absolute_url()).text
    for name in ("propose", "meet", "reopen", "abandon", "edit"):
        assert client.post(reverse(f"youth:need_{name}", args=[need.pk])).status_code == 403
    assert client.post(log_url(person), FORM).status_code == 403
    OccupationFactory()
    assert client.get(reverse("youth:need_trades"), {"trade": "charpentier"}).status_code == 403


@pytest.mark.parametrize("made_up", [{"when": "abcd-ef"}, {"when": "9999-99"}, {"when": "\x00"}, {"radius_km": "x"}])
def test_a_choice_made_up(client, person, made_up):
    answer = client.post(log_url(person), {"find": "1", "trade": "couvreur", **made_up})
    assert answer.status_code == 200


def test_the_communes_of_a_postcode_are_proposed(client, person):
    page = client.get(log_url(person)).text
    assert f'hx-get="{reverse("core:municipality_suggest")}"' in page
    assert 'list="municipalities"' in page
    # A comment is nobody else's business: it never goes into an address.
    assert 'hx-include="#id_postcode, #id_city"' in page
    assert 'hx-include="closest form"' not in page


def test_a_printed_list_has_its_date(client, person):
    NeedFactory(young_person=person)
    assert f"au {timezone.localdate():%d/%m/%Y}" in client.get(reverse("youth:need_print")).text
