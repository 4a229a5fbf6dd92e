"""Gestures on many companies: asked, shown, done; by whom; on what."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.enums import Role
from accounts.models import User
from companies.models import Company, NextAction, Tag
from companies.tasks import apply_bulk as apply_bulk_task
from core.models import ActivityEntry, Job
from tests.conftest import signed_in
from tests.factories import CompanyFactory, MembershipFactory, NextActionFactory, TagFactory

URL = reverse("companies:company_bulk")


@pytest.fixture
def three(structure, adviser):
    return [
        CompanyFactory(structure=structure, legal_name="Alpha", adviser=adviser),
        CompanyFactory(structure=structure, legal_name="Bêta"),
        CompanyFactory(structure=structure, legal_name="Gamma", sector="green"),
    ]


def post(client, companies, gesture, step="", **values):
    data = {"gesture": gesture, "ids": [company.pk for company in companies], "step": step, **values}
    return client.post(URL, data)


def test_nothing_is_written_before_the_last_step(adviser_client, three, colleague):
    asked = post(adviser_client, three, "assign")
    assert "Voir ce qui va changer" in asked.text
    shown = post(adviser_client, three, "assign", "preview", adviser=colleague.pk)
    assert "3\u00a0entreprises changeront" in shown.text.replace("\u202f", "\u00a0")
    assert not Company.objects.filter(adviser=colleague).exists()
    assert not ActivityEntry.objects.exists()


def test_assign_says_who_is_skipped_then_writes_and_logs(adviser_client, adviser, three):
    shown = post(adviser_client, three, "assign", "preview", adviser=adviser.pk)
    assert shown.context["changing"].value == 2
    assert [(count.value, reason) for count, reason, _ in shown.context["skipped"]] == [
        (1, "déjà suivies par cette personne")
    ]
    done = post(adviser_client, three, "assign", "apply", adviser=adviser.pk, expected=2)
    assert done.status_code == 302
    assert Company.objects.filter(adviser=adviser).count() == 3
    assert ActivityEntry.objects.filter(verb="adviser_assigned", by=adviser).count() == 2


def test_apply_shows_again_when_the_list_moved(adviser_client, adviser, three):
    answer = post(adviser_client, three, "assign", "apply", adviser=adviser.pk, expected=7)
    assert "a changé entre-temps" in answer.text
    assert Company.objects.filter(adviser=adviser).count() == 1


def test_tag_and_untag(adviser_client, structure, three):
    TagFactory(structure=structure, name="Forum été").companies.add(three[0])
    shown = post(adviser_client, three, "tag", "preview", tag="forum ETE")
    assert shown.context["changing"].value == 2
    post(adviser_client, three, "tag", "apply", tag="forum ETE", expected=2)
    assert Tag.objects.get().companies.count() == 3
    post(adviser_client, three[:2], "untag", "apply", tag="Forum été", expected=2)
    assert list(Tag.objects.get().companies.all()) == [three[2]]
    assert ActivityEntry.objects.filter(verb="tags_removed").count() == 2


def test_watch_needs_a_reason(adviser_client, three):
    assert post(adviser_client, three, "watch", "apply", reason=" ", expected=3).status_code == 200
    assert not Company.objects.filter(relation_state="watch").exists()
    post(adviser_client, three, "watch", "apply", reason="en travaux", expected=3)
    assert Company.objects.filter(relation_state="watch", watch_reason="en travaux").count() == 3


def test_plan_goes_to_each_adviser_and_spares_those_planned(adviser_client, adviser, colleague, three):
    NextActionFactory(company=three[2], assigned_to=adviser)
    Company.objects.filter(pk=three[2].pk).update(next_action_on=timezone.localdate())
    Company.objects.filter(pk=three[1].pk).update(adviser=colleague)
    values = {"kind": "visit", "title": "Présenter le forum", "delay": "week"}
    shown = post(adviser_client, three, "plan", "preview", **values)
    assert shown.context["changing"].value == 2
    post(adviser_client, three, "plan", "apply", **values, expected=2)
    planned = NextAction.objects.filter(title="Présenter le forum").order_by("company__name_key")
    assert [(action.company, action.assigned_to) for action in planned] == [(three[0], adviser), (three[1], colleague)]
    assert all(company.next_action_on for company in Company.objects.filter(pk__in=[three[0].pk, three[1].pk]))


def test_plan_gives_nothing_to_a_closed_account(adviser_client, adviser, colleague, three):
    Company.objects.filter(pk=three[1].pk).update(adviser=colleague)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    values = {"kind": "call", "title": "Rappeler", "delay": "week", "expected": 3}
    assert post(adviser_client, three, "plan", "apply", **values).status_code == 302
    assert set(NextAction.objects.values_list("assigned_to", flat=True)) == {adviser.pk}


def test_whole_list_is_chosen_by_its_filters(adviser_client, adviser, three):
    data = {"gesture": "assign", "everything": "1", "query": "sector=green", "step": "apply", "adviser": adviser.pk}
    adviser_client.post(URL, {**data, "expected": 1})
    three[2].refresh_from_db()
    assert three[2].adviser == adviser
    assert Company.objects.filter(adviser=adviser).count() == 2


def test_company_of_another_structure_is_not_touched(adviser_client, adviser, other_structure, three):
    theirs = CompanyFactory(structure=other_structure, legal_name="CANARI")
    shown = post(adviser_client, [theirs, three[1]], "assign", "preview", adviser=adviser.pk)
    assert "CANARI" not in shown.text
    assert shown.context["count"].value == 1
    post(adviser_client, [theirs, three[1]], "assign", "apply", adviser=adviser.pk, expected=1)
    theirs.refresh_from_db()
    assert theirs.adviser is None


def test_company_one_only_reads_is_left_aside(adviser, other_structure, three):
    read = CompanyFactory(structure=other_structure, legal_name="Lue")
    MembershipFactory(user=adviser, structure=other_structure, role=Role.COUNSELLOR)
    client = signed_in(adviser)
    shown = post(client, [read, three[1]], "watch", "preview", reason="travaux")
    assert [(count.value, reason) for count, reason, _ in shown.context["skipped"]] == [
        (1, "vous n’avez pas le droit de les modifier")
    ]
    post(client, [read, three[1]], "watch", "apply", reason="travaux", expected=1)
    assert list(Company.objects.filter(relation_state="watch")) == [three[1]]


def test_outsider_cannot_be_given_companies(adviser_client, outsider, three):
    answer = post(adviser_client, three, "assign", "apply", adviser=outsider.pk, expected=3)
    assert answer.status_code == 200
    assert not Company.objects.filter(adviser=outsider).exists()


@pytest.mark.parametrize("kind", ["assign", "tag", "untag", "watch", "plan", "export"])
def test_counsellor_is_refused(counsellor, three, kind):
    assert post(signed_in(counsellor), three, kind).status_code == 403


def test_anonymous_signs_in(client, three):
    assert post(client, three, "assign").status_code == 302


def test_odd_requests_are_harmless(adviser_client, three):
    assert adviser_client.get(URL).status_code == 302
    assert adviser_client.post(URL, {}).status_code == 302
    assert adviser_client.post(URL, {"gesture": "zz", "ids": ["1"]}).status_code == 302
    assert adviser_client.post(URL, {"gesture": "assign", "ids": ["a", "-1", "9" * 40, "²"]}).status_code == 302
    assert adviser_client.post(URL, {"gesture": "assign", "everything": "1", "query": "%00&sort=zz"}).status_code == 200


def test_export_of_what_is_ticked(adviser_client, three):
    answer = post(adviser_client, three[:2], "export")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Alpha", "Bêta"]


def test_many_companies_go_to_a_job(
    adviser_client, adviser, colleague, three, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("companies.views.bulk.MAX_NOW", 1)
    answer = post(adviser_client, three, "assign", "apply", adviser=colleague.pk, expected=3)
    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job_detail", args=[job.key])
    assert not Company.objects.filter(adviser=colleague).exists()
    monkeypatch.setattr("core.jobs._write_progress", lambda job, now: False)
    apply_bulk_task(job_id=job.pk, structure_id=job.structure_id)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"changed": 3})
    assert Company.objects.filter(adviser=colleague).count() == 3
    assert ActivityEntry.objects.filter(verb="adviser_assigned", by=adviser).count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_preview_asks_a_constant_number_of_queries(
    adviser_client, structure, colleague, django_assert_num_queries, count
):
    companies = [CompanyFactory(structure=structure) for _ in range(count)]
    post(adviser_client, companies, "assign")
    with django_assert_num_queries(13):
        post(adviser_client, companies, "assign", "preview", adviser=colleague.pk)
