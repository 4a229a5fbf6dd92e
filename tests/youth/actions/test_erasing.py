"""The end of a file: nothing says any more who it was."""

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from core.years import years_after
from tests.conftest import signed_in
from tests.factories import NeedFactory, YoungPersonFactory
from youth import held_elsewhere
from youth.actions import (
    YouthError,
    anonymise_young_person,
    count_as_contact,
    edit_young_person,
    give_reason,
    leave,
    move_pathway,
    note_obstacle,
    set_company_profile,
)
from youth.admission import keeping_problem
from youth.models import ErasedFile, Obstacle, YoungPerson
from youth.retention import PERSONAL
from youth.tasks import purge_expired_files

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 20, 10, 30))
TODAY = dt.date(2026, 11, 20)
CANARY = "canari"


@pytest.fixture
def person(structure, counsellor, manager):
    """A canary in every text that a file holds."""
    row = YoungPersonFactory(
        structure=structure,
        counsellor=counsellor,
        first_name="Canariprenom",
        last_name="Canarinom",
        email="canari@example.org",
        phone="+33639980011",
        imilo_number="CANARI1",
        city="Canariville",
        insee_code="36018",
        latitude=46.6,
        longitude=1.06,
        strengths="canari",
        vulnerabilities="canari",
    )
    need = NeedFactory(young_person=row, trade="canari", comment="canari", city="Canariville")
    need.moves.create(structure=structure, to_state="open", note="canari", at=NOW, by=counsellor)
    note_obstacle(young_person=row, kind="housing", level=3, note="canari", by=counsellor, now=NOW)
    set_company_profile(young_person=row, text="canari", fields=["age"], agreed_on=TODAY, by=counsellor, now=NOW)
    move_pathway(young_person=row, phase=4, step="secured", on=TODAY, note="canari", by=counsellor, now=NOW)
    give_reason(young_person=row, user=manager, reason="canari parmi nous", now=NOW)
    row.refresh_from_db()
    return row


def everything_written():
    """All the rows of the app and of the timeline, as the database would dump them."""
    tables = [model._meta.db_table for app in ("youth", "core") for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        dump = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            dump += [row[0] for row in cursor.fetchall()]
    return " ".join(dump).lower()


def test_no_canary_is_left(person):
    assert CANARY in everything_written()
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    dump = everything_written()
    assert CANARY not in dump
    assert "639980011" not in dump
    assert "housing" not in dump


def test_what_figures_count_stays(person):
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    gone = YoungPerson.objects.get(pk=person.pk)
    assert (gone.phase, gone.step, gone.outcome) == (4, "left", "other")
    assert gone.birth_date == dt.date(2005, 1, 1)
    assert gone.moves.count() == 1
    assert gone.needs.get().state == "abandoned"


def test_every_personal_text_is_blank(person):
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    gone = YoungPerson.objects.get(pk=person.pk)
    kept = {"YoungPerson.first_name", "YoungPerson.name_key", "YoungPerson.gender", "YoungPerson.district"}
    for name in PERSONAL:
        model, field = name.split(".")
        if (
            model == "YoungPerson"
            and name not in kept
            and not isinstance(YoungPerson._meta.get_field(field), models.DateField)
        ):
            assert not getattr(gone, field), name
    assert not Obstacle.objects.exists()


def test_twice_changes_nothing(person):
    first = anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    again = anonymise_young_person(young_person=person, by=None, now=NOW + dt.timedelta(days=1))
    assert again.anonymised_at == first.anonymised_at


def test_the_night_takes_nothing_before_its_time(person):
    with pytest.raises(YouthError, match="encore à conserver"):
        anonymise_young_person(young_person=person, by=None, now=NOW)


def test_what_upper_apps_hold_goes_with_it(person, monkeypatch):
    erased = []
    monkeypatch.setattr(held_elsewhere, "ERASERS", [])
    monkeypatch.setattr("youth.actions.erasing.ERASERS", [erased.append])
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    assert erased == [person]


def test_an_anonymous_file_is_in_no_list(person, counsellor):
    leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW)
    anonymise_young_person(young_person=person, by=counsellor, now=NOW)
    client = signed_in(counsellor)
    assert client.get(person.get_absolute_url()).status_code == 404
    assert client.get(reverse("youth:young_person_card", args=[person.pk])).status_code == 404


# --- the night ----------------------------------------------------------------------------------
def test_purge_is_dry_unless_told(structure):
    late = YoungPersonFactory(structure=structure, keep_until=timezone.localdate() - dt.timedelta(days=1))
    on_time = YoungPersonFactory(structure=structure, keep_until=timezone.localdate())
    out = io.StringIO()
    call_command("purge_expired_data", stdout=out)
    assert "1 dossiers à rendre anonymes" in out.getvalue()
    late.refresh_from_db()
    assert late.anonymised_at is None
    call_command("purge_expired_data", wet_run=True, stdout=out)
    late.refresh_from_db()
    on_time.refresh_from_db()
    assert late.anonymised_at
    assert on_time.anonymised_at is None


def test_every_night(structure, other_structure):
    for place in (structure, other_structure):
        YoungPersonFactory(structure=place, keep_until=dt.date(2020, 1, 1))
    purge_expired_files()
    assert not YoungPerson.objects.filter(anonymised_at=None).exists()


def test_a_manager_erases_at_the_person_s_request(person, manager, counsellor):
    page = reverse("youth:young_person_anonymise", args=[person.pk])
    assert signed_in(counsellor).post(page, {"said": "effacer"}).status_code == 403
    client = signed_in(manager)
    give_reason(young_person=person, user=manager, reason="demande du jeune", now=timezone.now())
    client.post(page, {"said": "non"})
    person.refresh_from_db()
    assert person.anonymised_at is None
    client.post(page, {"said": "Effacer"})
    person.refresh_from_db()
    assert person.anonymised_at


# --- the ledger ---------------------------------------------------------------------------------
def copy_of(person):
    """What a backup holds of her."""
    return {field.attname: getattr(person, field.attname) for field in YoungPerson._meta.concrete_fields}


def restored(kept):
    """As a backup puts it back over what is there."""
    kept = {name: value for name, value in kept.items() if name not in ("id", "name_key")}
    YoungPerson._base_manager.filter(pk=restored.pk).update(**kept)


def replay(*arguments):
    out = io.StringIO()
    call_command("replay_erasures", *arguments, stdout=out)
    return out.getvalue()


def test_what_a_backup_brings_back_is_erased_again(person):
    kept, restored.pk = copy_of(person), person.pk
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    ErasedFile.objects.update(erased_at=timezone.now())
    restored(kept)
    assert CANARY in everything_written()
    assert "1 dossiers à effacer à nouveau." in replay()
    assert YoungPerson.objects.get(pk=person.pk).first_name == "Canariprenom"
    assert "1 dossiers effacés à nouveau" in replay("--wet-run")
    assert CANARY not in everything_written()
    assert "0 dossiers" in replay("--wet-run")


def test_ledger_kept_apart_survives_a_backup_older_than_the_erasure(person, tmp_path):
    kept, restored.pk = copy_of(person), person.pk
    anonymise_young_person(young_person=person, by=person.counsellor, now=NOW)
    ErasedFile.objects.update(erased_at=timezone.now())
    path = str(tmp_path / "ledger.csv")
    replay("--keep", path)
    restored(kept)
    ErasedFile.objects.all().delete()
    assert "0 dossiers" in replay("--wet-run")
    assert "1 dossiers effacés" in replay("--read", path, "--wet-run")
    assert CANARY not in YoungPerson.objects.get(pk=person.pk).full_name.lower()


def test_file_opened_under_a_number_given_again_stays(person):
    """The ledger's line is older than the file: that number was another person's."""
    ErasedFile.objects.create(
        structure=person.structure, file_number=person.pk, erased_at=person.created_at - dt.timedelta(days=1)
    )
    assert "0 dossiers" in replay("--wet-run")
    person.refresh_from_db()
    assert person.anonymised_at is None


def test_ledger_of_another_installation_is_refused(person, tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text(f"structure;dossier;effacé le\n999999;{person.pk};2026-11-20T10:00:00+00:00\n")
    with pytest.raises(CommandError, match="inconnues"):
        replay("--read", str(path), "--wet-run")
    path.write_text("nom;prénom\n")
    with pytest.raises(CommandError, match="registre"):
        replay("--read", str(path))
    assert not ErasedFile.objects.exists()


# --- how long -----------------------------------------------------------------------------------
def test_file_is_kept_three_years_at_most(person, counsellor):
    today = timezone.localdate()
    later = {"keep_until": years_after(today, 3) + dt.timedelta(days=30)}
    with pytest.raises(YouthError, match="3 ans au plus"):
        edit_young_person(young_person=person, changes=later, by=counsellor, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        YoungPerson.objects.filter(pk=person.pk).update(**later)
    assert keeping_problem(keep_until=years_after(today, 3), today=today) == ""
    assert "3 ans au plus" in keeping_problem(keep_until=years_after(today, 3) + dt.timedelta(days=1), today=today)
    page = signed_in(counsellor).post(
        reverse("youth:young_person_edit_fact", args=[person.pk, "donnees"]),
        {"consented_on": "", "keep_until": f"{later['keep_until']:%Y-%m-%d}", "version": person.version},
    )
    assert "3 ans au plus" in page.text


def test_step_taken_with_her_keeps_the_file_two_years_more(person):
    YoungPerson.objects.update(last_contact_on=dt.date(2026, 1, 5), keep_until=dt.date(2028, 1, 5))
    version = YoungPerson.objects.get(pk=person.pk).version
    count_as_contact(young_person=person, on=TODAY)
    count_as_contact(young_person=person, on=dt.date(2026, 3, 1))
    person.refresh_from_db()
    assert (person.last_contact_on, person.keep_until) == (TODAY, dt.date(2028, 11, 20))
    assert person.version == version
