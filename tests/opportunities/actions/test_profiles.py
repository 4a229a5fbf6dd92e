"""A link to a profile: with her agreement, for a time, taken back at once; the key is kept nowhere."""

import datetime as dt

import pytest
from django.utils import timezone

from core.tokens import digest_of, structure_of_key
from opportunities.actions import PlacementError, record_profile_view, revoke_profile, share_profile
from opportunities.models import ProfileLink
from tests.factories import PlacementFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 3, 10, 32))
AGREED = {"profile_agreed_on": dt.date(2026, 10, 1), "company_profile": "Aime le bois.", "profile_fields": ["city"]}


@pytest.fixture
def placement(structure):
    return PlacementFactory(
        opportunity__company__structure=structure, young_person=YoungPersonFactory(structure=structure, **AGREED)
    )


def test_the_key_is_told_once(placement, adviser):
    link, key = share_profile(placement=placement, by=adviser, now=NOW)
    assert link.expires_at == NOW + dt.timedelta(days=30)
    assert link.digest == digest_of(key)
    assert structure_of_key(key) == placement.structure_id
    assert len(key.partition("-")[2]) >= 22  # 128 bits, 6 a character
    assert all(key.partition("-")[2] not in str(value) for value in vars(link).values())
    assert share_profile(placement=placement, by=adviser, now=NOW)[1] != key


def test_it_lasts_ninety_days_at_most(placement, adviser):
    link, _key = share_profile(placement=placement, by=adviser, now=NOW, life=dt.timedelta(days=400))
    assert link.expires_at == NOW + dt.timedelta(days=90)


def test_taken_back_once(placement, adviser):
    link, _key = share_profile(placement=placement, by=adviser, now=NOW)
    revoke_profile(link=link, by=adviser, now=NOW)
    revoke_profile(link=link, by=adviser, now=NOW + dt.timedelta(hours=1))
    link.refresh_from_db()
    assert link.revoked_at == NOW
    assert not link.is_good_at(NOW)


def test_each_reading_is_noted(placement, adviser):
    link, _key = share_profile(placement=placement, by=adviser, now=NOW)
    record_profile_view(link=link, now=NOW)
    assert link.views.get().at == NOW


@pytest.mark.parametrize(
    "values", [{"profile_agreed_on": None}, {"company_profile": "", "profile_fields": []}, {"left": True}]
)
def test_nothing_is_shared_without_agreement(structure, adviser, values):
    person = YoungPersonFactory(structure=structure, **{**AGREED, **values})
    placement = PlacementFactory(opportunity__company__structure=structure, young_person=person)
    with pytest.raises(PlacementError):
        share_profile(placement=placement, by=adviser, now=NOW)
    assert not ProfileLink.objects.exists()


@pytest.mark.parametrize("key", ["", "abc", "-abc", "x-abc", "1-", "99999999999-a", "١-abc"])
def test_a_key_of_no_structure(key):
    assert structure_of_key(key) is None
