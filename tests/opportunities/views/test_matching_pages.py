"""Solutions to a need, young people for an opportunity, the grid and whom to ask: what each person sees and may do."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions import complete_next_action
from companies.models import NextAction
from core.models import OccupationActivity
from opportunities.actions import solicit_for_need
from opportunities.models import Solicitation
from tests.factories import (
    CompanyFactory,
    NeedFactory,
    OccupationFactory,
    OpportunityFactory,
    YoungPersonFactory,
)
from youth.models import Need, YoungPerson

pytestmark = pytest.mark.django_db
HERE = {"latitude": 46.63, "longitude": 1.06}
# Words of a file that no page of an adviser may hold.
CANARIES = {"strengths": "kanari-atout", "vulnerabilities": "kanari-frein", "email": "kanari@example.org"}


@pytest.fixture
def trade(db):
    trade = OccupationFactory()
    OccupationActivity.objects.create(occupation=trade, naf_code="43.91A", share=0.4)
    return trade


@pytest.fixture
def need(structure, trade):
    person = YoungPersonFactory(
        structure=structure, last_name="Kanarivet", gender="woman", district="yes", has_rqth=True, **CANARIES
    )
    return NeedFactory(young_person=person, occupation=trade, comment="kanari-commentaire", **HERE)


@pytest.fixture
def opened(structure, trade):
    return OpportunityFactory(company__structure=structure, occupations=[trade], title="Immersion en charpente", **HERE)


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin", naf_code="43.91A", **HERE)


def addresses(need, opened):
    return [
        reverse("opportunities:need_matches", args=[need.pk]),
        reverse("opportunities:opportunity_matches", args=[opened.pk]),
        reverse("opportunities:coverage"),
        reverse("opportunities:coverage") + "?view=table",
        reverse("opportunities:coverage") + "?by=commune",
        reverse("opportunities:prospecting") + "?phase=2&family=F",
    ]


@pytest.mark.parametrize("rank", range(6))
def test_no_page_lets_an_adviser_read_a_file(adviser_client, need, opened, company, rank):
    page = adviser_client.get(addresses(need, opened)[rank])
    assert page.status_code == 200
    assert "kanari" not in page.content.decode().lower()
    assert f"/jeunes/{need.young_person_id}/" not in page.content.decode()


@pytest.mark.parametrize("rank", range(6))
@pytest.mark.parametrize("rows", [1, 4])
def test_queries_are_few_and_do_not_grow(
    adviser_client, structure, trade, need, opened, company, rank, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        NeedFactory(young_person__structure=structure, occupation=trade, **HERE)
        OpportunityFactory(company__structure=structure, occupations=[trade], **HERE)
        CompanyFactory(structure=structure, naf_code="43.91A", **HERE)
    # Fifteen of reading; five more are the session of the test and its savepoints.
    with django_assert_max_num_queries(20):
        adviser_client.get(addresses(need, opened)[rank])


def test_need_matches_says_why_and_whom_to_ask(adviser_client, need, opened, company):
    text = adviser_client.get(reverse("opportunities:need_matches", args=[need.pk])).content.decode()
    assert "Immersion en charpente" in text
    assert "métier identique" in text
    assert "Qui solliciter\u202f?" in text
    assert "Charpentes du Suin" in text
    assert "Ni le genre, ni l’âge, ni le quartier (QPV), ni la RQTH" in text


def test_near_misses_are_counted_apart(adviser_client, structure, trade, need, opened):
    pages = [reverse("opportunities:need_matches", args=[need.pk])]
    pages += [reverse("opportunities:opportunity_matches", args=[opened.pk])]
    who, what = need.young_person.short_name, f"«\u00a0{opened}\u00a0»"
    said = [f"1\u00a0solution pour {who}", f"1\u00a0jeune pour {what}"]
    assert [heading(adviser_client, page) for page in pages] == said
    need.kind = "internship"
    need.save()
    said = [f"1\u00a0piste à négocier pour {who}", f"1\u00a0piste à négocier pour {what}"]
    assert [heading(adviser_client, page) for page in pages] == said
    same = {"occupations": [trade], "company__structure": structure, **HERE}
    OpportunityFactory(kind="internship", title="Stage en charpente", **same)
    assert heading(adviser_client, pages[0]) == f"1\u00a0solution pour {who}, 1\u00a0autre à négocier"
    text = adviser_client.get(pages[0]).text
    assert text.index("Stage en charpente") < text.index("Presque") < text.index("Immersion en charpente")


def heading(client, page):
    found = re.search(r"<h1>(.*?)</h1>", client.get(page).text, re.DOTALL)
    return unescape(found[1])


def test_need_matches_without_any_opportunity(adviser_client, need, company):
    text = adviser_client.get(reverse("opportunities:need_matches", args=[need.pk])).content.decode()
    assert "Aucune place ouverte" in text
    assert "Charpentes du Suin" in text


def test_need_matches_of_another_structure(as_user, outsider, need):
    assert as_user(outsider).get(reverse("opportunities:need_matches", args=[need.pk])).status_code == 404


def test_a_counsellor_reads_and_does_not_plan(as_user, counsellor, need, company):
    client = as_user(counsellor)
    text = client.get(reverse("opportunities:need_matches", args=[need.pk])).content.decode()
    assert "Charpentes du Suin" in text
    assert "data-plan-button" not in text
    answer = client.post(reverse("opportunities:need_solicit", args=[need.pk]), {"companies": [company.pk]})
    assert answer.status_code == 403
    assert not NextAction.objects.exists()


def test_planning_from_a_need(adviser_client, adviser, need, company):
    address = reverse("opportunities:need_solicit", args=[need.pk])
    answer = adviser_client.post(address, {"companies": [company.pk], "who": "me"}, follow=True)
    assert "1\u00a0action prévue pour" in answer.content.decode()
    assert NextAction.objects.get().assigned_to == adviser
    assert "À solliciter pour" in answer.content.decode()
    again = adviser_client.post(address, {"companies": [company.pk]}, follow=True)
    assert "déjà à solliciter" in again.content.decode()
    assert Solicitation.objects.count() == 1


def test_the_yes_of_a_company_asked_for_a_need_opens_a_form_filled_in(adviser_client, adviser, need, company):
    row, *_ = solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    asked = f"entreprise={company.pk}&amp;phase={need.phase}"
    asked += f"&amp;genre={need.kind}" if need.kind else ""
    asked += f"&amp;metier={need.occupation_id}"
    for name, pk in (("need_matches", need.pk), ("need_panel", need.pk), ("company_panel", company.pk)):
        assert asked in adviser_client.get(reverse(f"opportunities:{name}", args=[pk])).text, name
    initial = adviser_client.get(row.answer_url).context["form"].initial
    assert (initial["phase"], initial["occupations"]) == (need.phase, [need.occupation_id])
    # Once it is written down, nobody calls for it again, and no answer is awaited.
    form = {"entreprise": company.pk, "sollicitation": row.pk, "title": "Immersion", "phase": "2", "places": "1"}
    form |= {"kind": "immersion_confirm", "frequency": "occasional", "state": "open", "origin": "negotiated"}
    adviser_client.post(reverse("opportunities:opportunity_create"), form | {"received_on": "2026-09-01"})
    assert company.opportunities.get().title == "Immersion"
    row.next_action.refresh_from_db()
    assert row.next_action.state == "done"
    panel = adviser_client.get(reverse("opportunities:company_panel", args=[company.pk])).text
    assert "réponse attendue" not in panel


def test_the_page_of_a_company_tells_what_it_is_asked_for(adviser_client, adviser, need, company):
    row, *_ = solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    page = reverse("opportunities:company_panel", args=[company.pk])
    text = adviser_client.get(page).text
    assert reverse("youth:need_detail", args=[need.pk]) in text
    assert "à solliciter pour" in text
    complete_next_action(action=row.next_action, by=adviser, now=timezone.now())
    assert "réponse attendue" in adviser_client.get(page).text
    Need.objects.filter(pk=need.pk).update(state="met", closed_at=timezone.now())
    assert "réponse attendue" not in adviser_client.get(page).text


def test_a_company_still_to_be_asked_for_a_need_that_is_over(adviser_client, adviser, need, company):
    solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    Need.objects.filter(pk=need.pk).update(state="met", closed_at=timezone.now())
    text = adviser_client.get(reverse("opportunities:company_panel", args=[company.pk])).text
    assert "ce besoin n’attend plus de solution" in text
    assert "Noter son oui" not in text


def test_nobody_in_the_bin_is_named_on_the_page_of_a_company(adviser_client, adviser, need, company):
    solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    YoungPerson.objects.filter(pk=need.young_person_id).update(deleted_at=timezone.now())
    page = adviser_client.get(reverse("opportunities:company_panel", args=[company.pk]))
    assert page.context["solicitations"] == []


def test_a_counsellor_notes_no_yes(as_user, counsellor, adviser, need, company):
    solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    for name, pk in (("need_matches", need.pk), ("need_panel", need.pk), ("company_panel", company.pk)):
        page = as_user(counsellor).get(reverse(f"opportunities:{name}", args=[pk]))
        assert page.status_code == 200
        assert "Noter son oui" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_company_is_asked_for_costs_one_query(
    adviser_client, adviser, structure, company, count, django_assert_num_queries
):
    for _ in range(count):
        one = NeedFactory(young_person__structure=structure)
        solicit_for_need(need=one, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    page = reverse("opportunities:company_panel", args=[company.pk])
    adviser_client.get(page)
    with django_assert_num_queries(10):
        assert adviser_client.get(page, headers={"HX-Request": "true"}).text.count("Noter son oui") == count


def test_once_some_were_asked_nobody_else_is_ticked_beforehand(adviser_client, adviser, structure, need, company):
    CompanyFactory(structure=structure, naf_code="43.91A", **HERE)
    page = reverse("opportunities:need_matches", args=[need.pk])
    assert len(adviser_client.get(page).context["ticked"]) == 2
    solicit_for_need(need=need, companies=[company], to_adviser=False, by=adviser, now=timezone.now())
    answer = adviser_client.get(page)
    assert answer.context["can_solicit"]
    assert answer.context["ticked"] == []


def test_planning_with_a_company_of_another_structure(adviser_client, other_structure, need):
    elsewhere = CompanyFactory(structure=other_structure)
    adviser_client.post(reverse("opportunities:need_solicit", args=[need.pk]), {"companies": [elsewhere.pk]})
    assert not NextAction.objects.exists()


@pytest.mark.parametrize("ticked", [[], ["x"], ["9" * 30]])
def test_planning_without_a_company(adviser_client, need, ticked):
    address = reverse("opportunities:need_solicit", args=[need.pk])
    assert "Cochez" in adviser_client.post(address, {"companies": ticked}, follow=True).content.decode()


def test_planning_for_a_need_that_was_met(adviser_client, structure, company):
    met = NeedFactory(young_person__structure=structure, met=True)
    address = reverse("opportunities:need_solicit", args=[met.pk])
    answer = adviser_client.post(address, {"companies": [company.pk]}, follow=True)
    assert "n’attend plus" in answer.content.decode()
    assert not NextAction.objects.exists()


def test_opportunity_matches_on_its_page(adviser_client, need, opened):
    address = reverse("opportunities:opportunity_matches", args=[opened.pk])
    partial = adviser_client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert partial.lstrip().startswith('<section class="sheet" id="opportunity-matches"')
    assert need.young_person.short_name in partial


def test_coverage_by_commune_keeps_how_one_looks(adviser_client, need, company):
    address = reverse("opportunities:coverage")
    page = adviser_client.get(address, {"by": "commune"})
    assert page.context["grid"].axis.name == "commune"
    assert f'href="{address}?by=commune&amp;view=table"' in page.text
    assert f'href="{address}"' in page.text
    assert '<input type="hidden" name="by" value="commune">' in page.text
    # Needs of several trades are asked for one by one.
    assert not page.context["solicit_url"]
    assert "data-plan-button" not in page.text
    assert adviser_client.get(address, {"by": "zz"}).context["grid"].axis.name == "family"


def test_coverage_opens_the_widest_gap(adviser_client, need, company):
    text = adviser_client.get(reverse("opportunities:coverage")).content.decode()
    assert "1\u00a0jeune attend une immersion ou un stage, aucune place n’est ouverte" in text
    assert "Bâtiment, travaux publics en validation\u00a0: qui solliciter\u202f?" in text
    assert "Charpentes du Suin" in text


@pytest.mark.parametrize(
    "query", ["cell=zz", "near=nulle-part", "km=x&near=36300", "view=x", "phase=9&family=Z", "near=%00"]
)
def test_what_makes_no_sense_is_left_aside(adviser_client, need, query):
    for name in ("coverage", "prospecting"):
        assert adviser_client.get(reverse(f"opportunities:{name}") + f"?{query}").status_code == 200


def test_planning_from_a_cell(adviser_client, need, company):
    address = reverse("opportunities:prospecting_solicit") + "?phase=2&family=F"
    answer = adviser_client.post(address, {"companies": [company.pk], "who": "adviser"})
    assert answer.url.endswith("?cell=F2#case")
    assert NextAction.objects.get().title == "Proposer une immersion ou un stage\u00a0: bâtiment, travaux publics"


def test_planning_from_no_cell(adviser_client, company):
    adviser_client.post(reverse("opportunities:prospecting_solicit"), {"companies": [company.pk]})
    assert not NextAction.objects.exists()
