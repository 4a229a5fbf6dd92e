"""Two companies become one, and two again."""

import datetime as dt

import pytest
from django.utils import timezone

from companies.enums import DuplicateState, RelationState
from companies.merges import MergeRefused, dismiss_pair, merge_choices, merge_companies, undo_merge, what_follows
from companies.models import Company, Contact, DuplicatePair
from core.activity import log_activity
from core.models import ActivityEntry, ActivityKind
from tests.factories import CompanyFactory, ContactFactory, InteractionFactory, NextActionFactory, TagFactory

pytestmark = pytest.mark.django_db

SIRET = "00000001800010"
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.fixture
def pair(structure):
    kept = CompanyFactory(structure=structure, legal_name="Garage du Pont", phone="+33254000002", notes="Nos notes")
    absorbed = CompanyFactory(
        structure=structure, legal_name="GARAGE DU PONT SARL", siret=SIRET, email="garage@pont.example", partner=True
    )
    return kept, absorbed


def merged(pair, adviser, fields=("siret", "email")):
    return merge_companies(kept=pair[0], absorbed=pair[1], from_absorbed=set(fields), by=adviser, now=NOW)


def test_choices_propose_what_only_the_other_knows(pair):
    choices = {choice.name: choice for choice in merge_choices(*pair)}
    assert choices["siret"].proposed == "absorbed"
    assert choices["phone"].proposed == "kept"
    assert choices["legal_name"].is_conflict
    assert "city" not in choices


def test_fields_chosen_are_taken_and_the_others_kept(pair, adviser):
    merged(pair, adviser)
    kept, absorbed = (Company.objects.get(pk=company.pk) for company in pair)
    assert (kept.legal_name, kept.siret, kept.email) == ("Garage du Pont", SIRET, "garage@pont.example")
    assert kept.phone == "+33254000002"
    assert absorbed.is_deleted
    assert absorbed.merged_into == kept


def test_everything_follows(pair, adviser):
    kept, absorbed = pair
    contact = ContactFactory(company=absorbed)
    interaction = InteractionFactory(company=absorbed, by=adviser, at=NOW)
    action = NextActionFactory(company=absorbed, assigned_to=adviser, due_on=NOW.date())
    tag = TagFactory(structure=kept.structure)
    absorbed.tags.add(tag)
    entry = log_activity(
        subject=absorbed, kind=ActivityKind.CHANGE, verb="noted", title="Effectif corrigé", by=adviser, at=NOW
    )
    assert what_follows(absorbed) == {"contacts": 1, "échanges": 1, "prochaines actions": 1}
    merged(pair, adviser)
    for row in (contact, interaction, action):
        row.refresh_from_db()
        assert row.company == kept
    entry.refresh_from_db()
    assert entry.subject_id == kept.pk
    kept.refresh_from_db()
    assert list(kept.tags.all()) == [tag]
    assert (kept.last_interaction_on, kept.next_action_on) == (NOW.date(), NOW.date())


def test_one_main_contact_remains(pair, adviser):
    first = ContactFactory(company=pair[0], is_main=True)
    second = ContactFactory(company=pair[1], is_main=True)
    merge = merged(pair, adviser)
    assert list(Contact.objects.filter(is_main=True)) == [first]
    undo_merge(merge=merge, by=adviser, now=NOW)
    assert set(Contact.objects.filter(is_main=True)) == {first, second}


def test_undo_gives_everything_back(pair, adviser):
    kept, absorbed = pair
    contact = ContactFactory(company=absorbed)
    tag = TagFactory(structure=kept.structure)
    absorbed.tags.add(tag)
    was = {company.pk: Company.objects.values().get(pk=company.pk) for company in pair}
    merge = merged(pair, adviser, ["siret", "email", "relation_state", "legal_name"])
    assert undo_merge(merge=merge, by=adviser, now=NOW) == []
    for company in pair:
        now = Company.objects.values().get(pk=company.pk)
        moving = {"version", "updated_at"}
        assert {k: v for k, v in now.items() if k not in moving} == {
            k: v for k, v in was[company.pk].items() if k not in moving
        }
    contact.refresh_from_db()
    assert contact.company == absorbed
    assert list(absorbed.tags.all()) == [tag]
    assert list(kept.tags.all()) == []


def test_undo_keeps_what_was_changed_since(pair, adviser):
    merge = merged(pair, adviser, ["siret", "email"])
    Company.objects.filter(pk=pair[0].pk).update(email="accueil@pont.example")
    assert undo_merge(merge=merge, by=adviser, now=NOW) == ["e-mail"]
    kept = Company.objects.get(pk=pair[0].pk)
    assert (kept.email, kept.siret) == ("accueil@pont.example", "")


def test_undo_leaves_what_was_recorded_since(pair, adviser):
    merge = merged(pair, adviser)
    later = InteractionFactory(company=pair[0], by=adviser)
    undo_merge(merge=merge, by=adviser, now=NOW)
    later.refresh_from_db()
    assert later.company == pair[0]


def test_undo_only_once(pair, adviser):
    merge = merged(pair, adviser)
    undo_merge(merge=merge, by=adviser, now=NOW)
    with pytest.raises(MergeRefused, match="déjà été défaite"):
        undo_merge(merge=merge, by=adviser, now=NOW)


def test_merge_is_told_on_the_timeline_with_before_and_after(pair, adviser):
    merged(pair, adviser)
    entry = ActivityEntry.objects.about(pair[0]).get()
    assert entry.kind == ActivityKind.MERGE
    assert entry.changes["SIRET"] == ["", SIRET]


@pytest.mark.parametrize("situation", ["itself", "binned", "elsewhere"])
def test_refused(pair, adviser, other_structure, situation):
    kept, absorbed = pair
    if situation == "itself":
        absorbed = kept
    elif situation == "binned":
        absorbed.put_in_bin(by=adviser, at=timezone.now())
    else:
        absorbed = CompanyFactory(structure=other_structure)
    with pytest.raises(MergeRefused):
        merge_companies(kept=kept, absorbed=absorbed, from_absorbed=set(), by=adviser, now=NOW)


def test_pair_is_settled_and_proposed_again_when_undone(pair, adviser):
    row = DuplicatePair.objects.create(structure=pair[0].structure, first=pair[0], second=pair[1])
    merge = merged(pair, adviser)
    row.refresh_from_db()
    assert row.state == DuplicateState.MERGED
    undo_merge(merge=merge, by=adviser, now=NOW)
    row.refresh_from_db()
    assert row.state == DuplicateState.PROPOSED
    dismiss_pair(pair=row, by=adviser, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (DuplicateState.DISMISSED, adviser)


def test_dismissal_outlives_a_merge_that_is_undone(pair, adviser, colleague):
    """Merged all the same, by its page; two again, they are still not a duplicate."""
    first, second = sorted(pair, key=lambda company: company.pk)
    row = DuplicatePair.objects.create(structure=first.structure, first=first, second=second, reasons=["même nom"])
    dismiss_pair(pair=row, by=colleague, now=NOW)
    merge = merged(pair, adviser)
    row.refresh_from_db()
    assert row.state == DuplicateState.MERGED
    undo_merge(merge=merge, by=adviser, now=NOW + dt.timedelta(days=1))
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_at) == (DuplicateState.DISMISSED, colleague, NOW)


def test_watch_reason_follows_the_state(pair, adviser):
    Company.objects.filter(pk=pair[1].pk).update(relation_state=RelationState.WATCH, watch_reason="Travaux")
    pair[1].refresh_from_db()
    merged(pair, adviser, ["relation_state"])
    kept = Company.objects.get(pk=pair[0].pk)
    assert (kept.relation_state, kept.watch_reason) == (RelationState.WATCH, "Travaux")


def test_undo_is_refused_while_the_siret_is_held_elsewhere(pair, adviser):
    merge = merged(pair, adviser)
    other = CompanyFactory(structure=pair[0].structure)
    Company.objects.filter(pk=pair[0].pk).update(siret="")
    Company.objects.filter(pk=other.pk).update(siret=SIRET)
    with pytest.raises(MergeRefused, match="SIRET"):
        undo_merge(merge=merge, by=adviser, now=NOW)
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_the_reason_of_the_watch_is_never_taken_without_the_state(pair, adviser):
    Company.objects.filter(pk=pair[0].pk).update(relation_state=RelationState.WATCH, watch_reason="Travaux")
    merged(pair, adviser, ["watch_reason"])
    assert Company.objects.get(pk=pair[0].pk).watch_reason == "Travaux"
