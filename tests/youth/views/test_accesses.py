"""Who opens a file: the reason, the register, the quota, the exports, and what an adviser is given."""

import json
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.scope import structure_scope
from tests.conftest import gave_a_factor, signed_in
from tests.factories import NeedFactory, ObstacleFactory, YoungPersonFactory
from youth.actions import QuotaReachedError, log_export, open_file, share_obstacle
from youth.models import FileAccess, YoungPerson

pytestmark = pytest.mark.django_db
EXPORT = reverse("youth:young_person_export")
CANARIES = ("Canarinom", "canaritexte", "canarifrein", "canari@example.org", "canariville")


def url(name, person):
    return reverse(f"youth:{name}", args=[person.pk])


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor)


@pytest.fixture
def client(counsellor):
    return signed_in(counsellor)


# --- reason -------------------------------------------------------------------------------------
def test_a_file_outside_her_caseload_asks_why(client, structure, counsellor):
    person = YoungPersonFactory(structure=structure)
    closed = client.get(person.get_absolute_url())
    assert closed.url.startswith(url("young_person_open", person))
    assert not FileAccess.objects.exists()
    assert "obligatoire" in client.post(closed.url, {"reason": ""}).text
    assert "en quelques mots" in client.post(closed.url, {"reason": "test"}).text
    opened = client.post(closed.url, {"reason": "Remplacement de Karim"})
    assert opened.url == person.get_absolute_url()
    assert client.get(opened.url).status_code == 200
    assert list(FileAccess.objects.order_by("pk").values_list("reason", flat=True)) == ["Remplacement de Karim", ""]


def test_a_reason_holds_for_a_day(client, structure, counsellor):
    person = YoungPersonFactory(structure=structure)
    client.post(url("young_person_open", person), {"reason": "Remplacement de Karim"})
    FileAccess.objects.update(at=timezone.now() - timezone.timedelta(days=1))
    assert client.get(person.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("name", ["young_person_edit", "pathway_move", "obstacle_create", "young_person_data"])
def test_no_other_page_goes_round_the_reason(client, structure, name):
    person = YoungPersonFactory(structure=structure)
    assert "/ouvrir/" in client.get(url(name, person)).url


@pytest.mark.parametrize("name", ["young_person_met", "young_person_bin", "young_person_data_export"])
def test_no_gesture_goes_round_the_reason(client, structure, name):
    person = YoungPersonFactory(structure=structure)
    assert "/ouvrir/" in client.post(url(name, person)).url
    assert not YoungPerson.objects.filter(deleted_at__isnull=False).exists()


def test_an_obstacle_of_a_closed_file(client, structure):
    obstacle = ObstacleFactory(young_person=YoungPersonFactory(structure=structure))
    assert "/ouvrir/" in client.post(reverse("youth:obstacle_lift", args=[obstacle.pk])).url


def test_the_backup_opens_without_a_word(structure, manager, counsellor):
    person = YoungPersonFactory(structure=structure, counsellor=counsellor, backup=manager)
    assert signed_in(manager).get(person.get_absolute_url()).status_code == 200


def test_next_stays_here(client, structure):
    person = YoungPersonFactory(structure=structure)
    answer = client.post(
        url("young_person_open", person) + "?next=https://example.org/", {"reason": "Réunion d’équipe"}
    )
    assert answer.url == person.get_absolute_url()


# --- quota --------------------------------------------------------------------------------------
def test_quota_of_an_hour(client, structure, counsellor, monkeypatch):
    monkeypatch.setattr("youth.actions.accesses.QUOTA", 2)
    people = [YoungPersonFactory(structure=structure, counsellor=counsellor) for _ in range(3)]
    assert [client.get(row.get_absolute_url()).status_code for row in people] == [200, 200, 429]
    assert client.get(people[0].get_absolute_url()).status_code == 200
    assert client.get(url("young_person_edit", people[2])).status_code == 429
    FileAccess.objects.update(at=timezone.now() - timezone.timedelta(minutes=61))
    assert client.get(people[2].get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["young_person_timeline", "young_person_data", "pathway_move", "pathway_leave", "obstacle_create",
     "company_profile_edit"],
)  # fmt: skip
def test_no_page_of_a_file_is_read_unseen(client, structure, counsellor, monkeypatch, name):
    """A page beside the file opens it too, when it was not opened within the hour."""
    monkeypatch.setattr("youth.actions.accesses.QUOTA", 2)
    people = [YoungPersonFactory(structure=structure, counsellor=counsellor) for _ in range(3)]
    assert [client.get(url(name, row)).status_code for row in people] == [200, 200, 429]
    assert client.get(url(name, people[0])).status_code == 200
    assert FileAccess.objects.filter(kind="read").count() == 2


def test_a_refused_form_is_read_too(client, person):
    """It comes back with the whole file in it."""
    assert client.post(url("young_person_edit", person), {"version": "1"}).status_code == 200
    assert FileAccess.objects.get().young_person == person


def test_managers_are_told_when_the_quota_is_reached(
    client, structure, counsellor, manager, monkeypatch, mailoutbox, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("youth.actions.accesses.QUOTA", 2)
    told = []
    monkeypatch.setattr("youth.views.doors.current_app.send_task", lambda name, **rest: told.append(name))
    people = [YoungPersonFactory(structure=structure, counsellor=counsellor) for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        for row in people:
            client.get(row.get_absolute_url())
    assert told == ["youth.tasks.tell_managers_of_quota"]


@pytest.mark.django_db(transaction=True)
def test_openings_at_once_do_not_overrun_the_quota(structure, counsellor, monkeypatch):
    monkeypatch.setattr("youth.actions.accesses.QUOTA", 2)
    people = [YoungPersonFactory(structure=structure, counsellor=counsellor) for _ in range(6)]
    barrier, refused = threading.Barrier(len(people)), []

    def read(person):
        try:
            with transaction.atomic():
                barrier.wait(10)
                open_file(young_person=person, user=counsellor, now=timezone.now())
        except QuotaReachedError:
            refused.append(person.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=read, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (FileAccess.objects.count(), len(refused)) == (2, 4)


def test_the_mail_of_the_quota(structure, counsellor, manager, mailoutbox):
    from youth.tasks import tell_of_quota

    tell_of_quota(person_id=manager.pk, structure_id=structure.pk, reader_id=counsellor.pk)
    assert counsellor.full_name in mailoutbox[0].body


# --- register -----------------------------------------------------------------------------------
def test_a_manager_reads_who_opened_a_file(client, person, manager):
    client.get(person.get_absolute_url())
    answer = signed_in(manager).get(url("young_person_accesses", person))
    assert "Karim Aubry" in answer.text
    assert "a ouvert le dossier" in answer.text
    assert "Karim Aubry" in signed_in(manager).get(reverse("youth:access_list")).text


# --- exports ------------------------------------------------------------------------------------
def test_export_asks_for_the_factor_again(client, person):
    answer = client.get(EXPORT)
    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(EXPORT, {"format": "csv"}).status_code == 302
    assert not FileAccess.objects.exists()


def test_export_is_written_down_file_by_file(client, counsellor, person):
    gave_a_factor(client, counsellor)
    assert "1 dossier quitte" in client.get(EXPORT).text.replace("\u00a0", " ")
    answer = client.post(EXPORT, {"format": "csv", "all": "1"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert person.last_name in text
    assert "RQTH" not in text
    assert FileAccess.objects.get().kind == "exported"
    # Her own young people, as often as she likes.
    assert client.post(EXPORT, {"format": "xlsx"}).status_code == 200


def test_beyond_her_own_once_a_day(client, counsellor, structure, person):
    gave_a_factor(client, counsellor)
    YoungPersonFactory(structure=structure)
    assert client.post(EXPORT, {"format": "csv"}).status_code == 200
    again = client.post(EXPORT, {"format": "csv"})
    assert again.status_code == 429
    assert "une fois par jour" in again.text
    assert client.post(f"{EXPORT}?counsellor=me", {"format": "csv"}).status_code == 200


def test_needs_leave_like_files(client, counsellor, structure, person):
    export = reverse("youth:need_export")
    NeedFactory(young_person=person)
    assert client.get(export).url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(export, {"format": "csv"}).status_code == 302
    gave_a_factor(client, counsellor)
    assert "1\u00a0besoin quitte" in client.get(export).text
    assert not FileAccess.objects.exists()
    assert client.post(export, {"format": "csv"}).status_code == 200
    assert FileAccess.objects.get().reason == "Export de la liste des besoins"


def test_one_limit_holds_for_every_list_of_names(client, counsellor, structure):
    gave_a_factor(client, counsellor)
    NeedFactory(young_person=YoungPersonFactory(structure=structure))
    assert client.post(reverse("youth:need_export"), {"format": "csv"}).status_code == 200
    assert client.post(EXPORT, {"format": "csv"}).status_code == 429
    assert FileAccess.objects.count() == 1


def test_list_too_long_writes_nothing_down(client, counsellor, person, monkeypatch):
    gave_a_factor(client, counsellor)
    monkeypatch.setattr("core.views.lists.MAX_ROWS", 0)
    assert client.post(EXPORT, {"format": "csv"}).status_code == 413
    assert not FileAccess.objects.exists()


def test_exporting_a_list_gives_no_reason_to_open_its_files(client, counsellor, structure):
    gave_a_factor(client, counsellor)
    other = YoungPersonFactory(structure=structure)
    assert client.post(EXPORT, {"format": "csv"}).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 302


def test_what_is_handed_to_the_person_asks_for_the_factor(client, person):
    answer = client.post(url("young_person_data_export", person))
    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert answer.url.endswith(url("young_person_data", person))
    assert not FileAccess.objects.exists()


def test_what_is_handed_to_the_person(client, counsellor, person):
    gave_a_factor(client, counsellor)
    NeedFactory(young_person=person, comment="Commencer vite")
    answer = client.post(url("young_person_data_export", person))
    held = json.loads(answer.content)
    assert answer.status_code == 200
    assert held["Dossier"]["nom"] == person.last_name
    assert held["Besoins"][0]["commentaire"] == "Commencer vite"
    assert FileAccess.objects.get().reason == "Remis à la personne"


# --- an adviser ---------------------------------------------------------------------------------
@pytest.fixture
def secret(structure, counsellor):
    person = YoungPersonFactory(
        structure=structure,
        counsellor=counsellor,
        last_name="Canarinom",
        email="canari@example.org",
        city="canariville",
        strengths="canaritexte",
        vulnerabilities="canaritexte",
        company_profile="Aime le bois",
    )
    ObstacleFactory(young_person=person, note="canarifrein")
    return person


def test_an_adviser_reads_a_card(adviser_client, secret):
    answer = adviser_client.get(url("young_person_card", secret))
    assert answer.status_code == 200
    assert "Maël C." in answer.text
    assert "Aime le bois" in answer.text
    assert not [word for word in CANARIES if word in answer.text]
    assert not FileAccess.objects.exists()


def test_an_adviser_reads_what_was_shared_with_her_alone(adviser_client, secret, adviser, colleague, counsellor):
    share_obstacle(obstacle=secret.obstacles.get(), adviser=adviser, by=counsellor, now=timezone.now())
    assert "canarifrein" in adviser_client.get(url("young_person_card", secret)).text
    assert "canarifrein" not in signed_in(colleague).get(url("young_person_card", secret)).text


def test_an_adviser_reaches_no_file(adviser_client, secret, structure):
    share = ObstacleFactory(young_person=secret, kind="housing")
    pages = [url(name, secret) for name in ("young_person_detail", "young_person_edit", "young_person_data")]
    pages += [reverse("youth:young_person_list"), EXPORT, reverse("youth:obstacle_edit", args=[share.pk])]
    for page in pages:
        answer = adviser_client.get(page)
        assert answer.status_code == 403
        assert not [word for word in CANARIES if word in answer.text]


def test_an_administrator_sees_nothing_of_young_people(administrator, secret):
    client = signed_in(administrator)
    for name in ("young_person_detail", "young_person_card", "young_person_accesses"):
        assert client.get(url(name, secret)).status_code == 403


def test_an_export_as_the_application_connects(counsellor, person, structure, app_role):
    """The plain role may lock the account and write the lines, for its own structures."""
    with structure_scope([structure.pk]):
        rows = YoungPerson.objects.visible_to(counsellor)
        assert log_export(young_people=rows, user=counsellor, now=timezone.now()) == 1
