"""The pages of duplicates and merges."""

import pytest
from django.urls import reverse

from companies.enums import DuplicateState
from companies.models import Company, CompanyMerge, DuplicatePair
from core.models import Job
from tests.factories import CompanyFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(structure):
    first = CompanyFactory(structure=structure, legal_name="Garage du Pont", phone="+33254000002")
    second = CompanyFactory(structure=structure, legal_name="Garage du Pont", email="garage@pont.example")
    return DuplicatePair.objects.create(
        structure=structure, first=first, second=second, reasons=["même nom, même commune"], score=60
    )


def merge_url(pair):
    return reverse("companies:company_merge", args=[pair.first_id, pair.second_id])


def test_list_shows_the_pair_and_why(adviser_client, pair):
    page = adviser_client.get(reverse("companies:duplicate_list")).content.decode()
    assert "même nom, même commune" in page
    assert merge_url(pair) in page


def test_empty_list_says_what_to_do(adviser_client):
    assert "Aucun doublon à examiner" in adviser_client.get(reverse("companies:duplicate_list")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_queries(adviser_client, structure, django_assert_max_num_queries, count):
    for _ in range(count):
        first, second = CompanyFactory(structure=structure), CompanyFactory(structure=structure)
        ContactFactory(company=first)
        DuplicatePair.objects.create(structure=structure, first=first, second=second)
    adviser_client.get(reverse("companies:duplicate_list"))
    with django_assert_max_num_queries(13):
        adviser_client.get(reverse("companies:duplicate_list"))


def test_merge_then_undo_from_the_pages(adviser_client, pair):
    page = adviser_client.get(merge_url(pair)).content.decode()
    assert 'name="email" value="absorbed" checked' in page
    answer = adviser_client.post(merge_url(pair), {"email": "absorbed", "phone": "kept"})
    assert answer.status_code == 302
    kept = Company.objects.get(pk=pair.first_id)
    assert (kept.email, kept.phone) == ("garage@pont.example", "+33254000002")
    adviser_client.post(reverse("companies:merge_undo", args=[CompanyMerge.objects.get().pk]))
    assert Company.objects.filter(deleted_at=None).count() == 2


def test_a_field_that_is_no_choice_changes_nothing(adviser_client, pair, other_structure):
    adviser_client.post(merge_url(pair), {"structure": "absorbed", "deleted_at": "absorbed", "id": "absorbed"})
    kept = Company.objects.get(pk=pair.first_id)
    assert (kept.structure_id, kept.deleted_at) == (pair.structure_id, None)


def test_dismiss(adviser_client, pair):
    adviser_client.post(reverse("companies:duplicate_dismiss", args=[pair.pk]))
    pair.refresh_from_db()
    assert pair.state == DuplicateState.DISMISSED


def test_scan_is_one_job_even_asked_twice(adviser_client, adviser, structure):
    for _ in range(2):
        adviser_client.post(reverse("companies:duplicate_scan"))
    assert Job.objects.filter(structure=structure, created_by=adviser).count() == 1


def test_pick_proposes_what_looks_like_it(adviser_client, pair):
    page = adviser_client.get(reverse("companies:merge_pick", args=[pair.first_id])).content.decode()
    assert merge_url(pair) in page


@pytest.mark.parametrize("name", ["company_merge", "merge_pick", "duplicate_dismiss", "merge_undo"])
@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("counsellor", 403), ("administrator", 403)])
def test_who_may_not(request, as_user, pair, adviser, name, who, status):
    merge = CompanyMerge.objects.create(
        structure=pair.structure, kept=pair.first, absorbed=pair.second, by=adviser, at=pair.created_at
    )
    arguments = {
        "company_merge": [pair.first_id, pair.second_id],
        "merge_pick": [pair.first_id],
        "duplicate_dismiss": [pair.pk],
        "merge_undo": [merge.pk],
    }[name]
    client = as_user(request.getfixturevalue(who))
    url = reverse(f"companies:{name}", args=arguments)
    answer = client.get(url) if name == "merge_pick" else client.post(url)
    assert answer.status_code == status
    assert Company.objects.filter(deleted_at=None).count() == 2


def test_a_company_of_another_structure_is_not_merged_in(adviser_client, pair, other_structure):
    theirs = CompanyFactory(structure=other_structure)
    answer = adviser_client.post(reverse("companies:company_merge", args=[pair.first_id, theirs.pk]))
    assert answer.status_code == 404
