"""The tags of a structure."""

import pytest
from django.urls import reverse

from companies.models import Tag
from core.models import ActivityEntry
from tests.conftest import signed_in
from tests.factories import CompanyFactory, TagFactory

LIST = reverse("companies:tag_list")


@pytest.fixture
def tag(structure):
    tag = TagFactory(structure=structure, name="forum")
    tag.companies.add(CompanyFactory(structure=structure))
    return tag


def test_tags_are_those_of_the_structure(adviser_client, tag, other_structure, client, counsellor):
    TagFactory(structure=other_structure, name="canari")
    text = adviser_client.get(LIST).text
    assert "forum" in text
    assert "canari" not in text
    assert "Renommer" not in signed_in(counsellor).get(LIST).text
    assert client.get(LIST).status_code == 302


def test_tag_is_renamed_and_deleted(adviser_client, tag):
    url = reverse("companies:tag_edit", args=[tag.pk])
    assert adviser_client.get(url).status_code == 200
    adviser_client.post(url, {"name": "Forum 2026"})
    tag.refresh_from_db()
    assert tag.name == "Forum 2026"
    adviser_client.post(reverse("companies:tag_delete", args=[tag.pk]))
    assert not Tag.objects.exists()


def test_name_already_taken_is_said(adviser_client, structure, tag):
    other = TagFactory(structure=structure, name="club")
    answer = adviser_client.post(reverse("companies:tag_edit", args=[other.pk]), {"name": "FORUM"})
    assert "existe déjà" in answer.text


def test_who_may_not(counsellor, outsider, client, tag):
    for name in ("tag_edit", "tag_delete"):
        url = reverse(f"companies:{name}", args=[tag.pk])
        assert signed_in(counsellor).post(url).status_code == 403
        assert signed_in(outsider).post(url).status_code == 404
        assert client.post(url).status_code == 302
    assert Tag.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_constant_queries(adviser_client, structure, django_assert_num_queries, count):
    for _ in range(count):
        TagFactory(structure=structure)
    adviser_client.get(LIST)
    with django_assert_num_queries(8):
        adviser_client.get(LIST)


def test_what_becomes_of_a_tag_is_told(adviser_client, adviser, tag):
    adviser_client.post(reverse("companies:tag_edit", args=[tag.pk]), {"name": "Forum 2026"})
    adviser_client.post(reverse("companies:tag_delete", args=[tag.pk]))
    lines = ActivityEntry.objects.filter(by=adviser, subject_id=tag.pk).order_by("pk")
    assert [(line.verb, line.changes) for line in lines] == [
        ("tag_renamed", {"nom": ["forum", "Forum 2026"]}),
        ("tag_deleted", {"entreprises": ["1", ""]}),
    ]
