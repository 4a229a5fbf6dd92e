"""A gesture that waits behind a bin or a merge is refused in words: nothing is written to a company that went away."""

import threading
import time

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from companies import merges
from companies.actions import (
    GoneError,
    NextActionDraft,
    add_contact,
    add_next_action,
    bin_company,
    complete_next_action,
    edit_company,
    edit_contact,
    edit_interaction,
    record_interaction,
    restore_contact,
)
from companies.enums import NextActionState
from companies.models import Company, Contact, Interaction, NextAction
from companies.views import companies as company_views
from companies.views import contacts as contact_views
from tests.factories import CompanyFactory, ContactFactory, InteractionFactory, NextActionFactory

NOW = timezone.now()


def _draft(adviser):
    return NextActionDraft(title="Rappeler", due_on=timezone.localdate(), assigned_to=adviser)


GESTURES = {
    "edit_company": lambda by, rows: edit_company(company=rows["company"], changes={"notes": "x"}, by=by, now=NOW),
    "add_contact": lambda by, rows: add_contact(company=rows["company"], values={"last_name": "x"}, by=by, now=NOW),
    "edit_contact": lambda by, rows: edit_contact(contact=rows["contact"], changes={"notes": "x"}, by=by, now=NOW),
    "restore_contact": lambda by, rows: restore_contact(contact=rows["contact"], by=by, now=NOW),
    "edit_interaction": lambda by, rows: edit_interaction(
        interaction=rows["interaction"], changes={"summary": "x"}, by=by, now=NOW
    ),
    "record_interaction": lambda by, rows: record_interaction(
        company=rows["company"], values={"kind": "call", "at": NOW}, nothing_next=True, by=by, now=NOW
    ),
    "add_next_action": lambda by, rows: add_next_action(company=rows["company"], draft=_draft(by), by=by, now=NOW),
    "complete_next_action": lambda by, rows: complete_next_action(action=rows["action"], by=by, now=NOW),
}


@pytest.fixture
def rows(structure, adviser):
    company = CompanyFactory(structure=structure, legal_name="GARAGE DU PONT SARL", trade_name="")
    return {
        "company": company,
        "contact": ContactFactory(company=company),
        "interaction": InteractionFactory(company=company, by=adviser),
        "action": NextActionFactory(company=company, assigned_to=adviser),
    }


@pytest.fixture
def kept(structure):
    return CompanyFactory(structure=structure, legal_name="Garage du Pont", trade_name="")


def merged(rows, kept, adviser):
    return merges.merge_companies(kept=kept, absorbed=rows["company"], from_absorbed=set(), by=adviser, now=NOW)


def written():
    return [list(model.objects.order_by("pk").values()) for model in (Company, Contact, Interaction, NextAction)]


@pytest.mark.parametrize("name", GESTURES)
def test_nothing_is_written_to_a_binned_company(rows, adviser, name):
    bin_company(company=rows["company"], by=adviser, now=NOW)
    before = written()
    with pytest.raises(GoneError, match="GARAGE DU PONT SARL\xa0» est à la corbeille\xa0: rien"):
        GESTURES[name](adviser, rows)
    assert written() == before


@pytest.mark.parametrize("name", GESTURES)
def test_after_a_merge_it_says_into_which_company(rows, kept, adviser, name):
    merged(rows, kept, adviser)
    before = written()
    with pytest.raises(GoneError, match="fusionnée dans «\xa0Garage du Pont\xa0»") as refusal:
        GESTURES[name](adviser, rows)
    assert refusal.value.company == kept
    assert written() == before


def test_what_a_merge_gave_back_is_not_written_through_the_other_company(rows, kept, adviser):
    merge = merged(rows, kept, adviser)
    action = NextAction.objects.select_related("company").get()
    merges.undo_merge(merge=merge, by=adviser, now=NOW)
    with pytest.raises(GoneError):
        complete_next_action(action=action, by=adviser, now=NOW)


@pytest.mark.parametrize("htmx", [False, True])
def test_the_page_says_it_and_leads_to_the_company_kept(adviser_client, rows, kept, adviser, monkeypatch, htmx):
    def late(**arguments):
        merged(rows, kept, adviser)
        return add_contact(**arguments)

    monkeypatch.setattr(contact_views, "add_contact", late)
    url = reverse("companies:contact_create", args=[rows["company"].pk])
    answer = adviser_client.post(url, {"last_name": "Ribot"}, headers={"HX-Request": "true"} if htmx else {})
    assert (answer.status_code, answer.headers["HX-Redirect" if htmx else "Location"]) == (
        200 if htmx else 302,
        kept.get_absolute_url(),
    )
    assert "fusionnée dans" in adviser_client.get(kept.get_absolute_url()).text


@pytest.mark.parametrize("word", ["", "telephone"])
def test_the_form_keeps_what_was_typed(adviser_client, rows, adviser, monkeypatch, word):
    def late(**arguments):
        bin_company(company=rows["company"], by=adviser, now=NOW)
        return edit_company(**arguments)

    monkeypatch.setattr(company_views, "edit_company", late)
    pk, word = rows["company"].pk, word and next(iter(company_views.IN_PLACE))
    name, arguments = ("company_edit_field", [pk, word]) if word else ("company_edit", [pk])
    url = reverse(f"companies:{name}", args=arguments)
    form = adviser_client.get(url).context["form"]
    data = {key: value for key, value in form.initial.items() if value} | {"version": rows["company"].version}
    answer = adviser_client.post(url, data)
    assert answer.status_code == 200
    assert "est à la corbeille\xa0: rien" in answer.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kept_is_older", [True, False])
def test_a_merge_and_a_gesture_at_once_never_block_each_other(structure, adviser, monkeypatch, kept_is_older):
    """The merge holds both companies when the gesture begins; the gesture waits, then is refused."""
    first, second = CompanyFactory.create_batch(2, structure=structure)
    kept, absorbed = (first, second) if kept_is_older else (second, first)
    action = NextActionFactory(company=absorbed, assigned_to=adviser)
    holding, take, outcomes = threading.Event(), merges._take_fields, {}

    def slowly(*arguments):
        holding.set()
        time.sleep(0.7)
        take(*arguments)

    monkeypatch.setattr(merges, "_take_fields", slowly)

    def run(name, work):
        try:
            outcomes[name] = work()
        except Exception as error:
            outcomes[name] = error
        finally:
            connection.close()

    merge = threading.Thread(target=run, args=("merge", lambda: merged({"company": absorbed}, kept, adviser)))
    gesture = threading.Thread(
        target=run, args=("gesture", lambda: complete_next_action(action=action, by=adviser, now=NOW))
    )
    merge.start()
    assert holding.wait(5)
    gesture.start()
    merge.join(15)
    gesture.join(15)
    assert outcomes["merge"].kept == kept
    assert isinstance(outcomes["gesture"], GoneError), outcomes["gesture"]
    action.refresh_from_db()
    assert (action.company, action.state) == (kept, NextActionState.OPEN)
