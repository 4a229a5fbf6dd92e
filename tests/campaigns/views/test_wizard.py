import datetime as dt
import html

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from campaigns.actions.audience import choose_audience
from campaigns.actions.campaigns import create_campaign
from campaigns.enums import CampaignState, Exclusion, LetterKind
from campaigns.models import Campaign, Message, Recipient, SendingSettings
from companies.models import Company
from core.models import SavedView
from tests.factories import CampaignFactory, CompanyFactory, ContactFactory, LetterVersionFactory, MembershipFactory

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(structure):
    return [LetterVersionFactory(structure=structure, kind=kind) for kind in LetterKind.values]


@pytest.fixture
def companies(structure):
    found = [CompanyFactory(structure=structure, legal_name=f"Menuiserie {letter}") for letter in "ABC"]
    for number, company in enumerate(found):
        ContactFactory(company=company, email=f"c{number}@entreprise.example", is_main=True)
    return found


@pytest.fixture
def campaign(structure, adviser, texts, companies):
    now = timezone.now()
    made = create_campaign(structure=structure, values={"name": "Pacte"}, by=adviser, now=now)
    rows = Company.objects.filter(structure=structure)
    return choose_audience(campaign=made, companies=rows, query="", label="Toutes", by=adviser, now=now)


def at(name, campaign=None):
    return reverse(f"campaigns:{name}", args=[campaign.pk] if campaign else [])


# --- companies ----------------------------------------------------------------------------------
def test_a_campaign_is_made_of_a_saved_view(adviser_client, structure, adviser, texts, companies):
    view = SavedView.objects.create(
        structure=structure, owner=adviser, listing="companies", name="BTP", query="sector=construction"
    )
    page = adviser_client.get(at("campaign_create"))
    assert "BTP" in page.content.decode()
    data = {"name": "Pacte BTP", "channel": "email", "audience": f"view{view.pk}"}
    response = adviser_client.post(at("campaign_create"), data)
    campaign = Campaign.objects.get()
    assert response.url == at("campaign_texts", campaign)
    assert (campaign.name, campaign.audience_query, campaign.audience_label) == (
        "Pacte BTP",
        "sector=construction",
        "BTP",
    )
    assert Recipient.objects.included().filter(campaign=campaign).count() == 3


def test_a_view_of_somebody_else_is_not_offered(adviser_client, structure, colleague, texts, companies):
    view = SavedView.objects.create(structure=structure, owner=colleague, listing="companies", name="Secrète", query="")
    response = adviser_client.post(
        at("campaign_create"), {"name": "Pacte", "channel": "email", "audience": f"view{view.pk}"}
    )
    assert response.status_code == 200
    assert Campaign.objects.count() == 0


def test_a_view_that_holds_nothing_makes_no_campaign(adviser_client, texts):
    response = adviser_client.post(at("campaign_create"), {"name": "Pacte", "channel": "email", "audience": "all"})
    assert "Aucune entreprise n’est choisie." in response.content.decode()
    assert Campaign.objects.count() == 0


def test_somebody_of_two_structures_says_for_which(as_user, adviser, structure, other_structure, texts, companies):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.ADVISER)
    client = as_user(adviser)
    assert "Pour quelle structure" in client.get(at("campaign_create")).content.decode()
    data = {"name": "Pacte", "channel": "email", "audience": "all", "structure": structure.pk}
    client.post(at("campaign_create"), data)
    assert Campaign.objects.get().structure == structure


def test_companies_ticked_in_the_list_make_a_campaign(adviser_client, texts, companies):
    data = {"ids": [companies[0].pk, companies[2].pk, "x"], "query": ""}
    response = adviser_client.post(at("campaign_start"), data)
    campaign = Campaign.objects.get()
    assert response.url == at("campaign_companies", campaign)
    assert {row.company for row in Recipient.objects.all()} == {companies[0], companies[2]}


def test_a_whole_list_makes_a_campaign_and_keeps_its_filters(adviser_client, structure, texts, companies):
    CompanyFactory(structure=structure, sector="hospitality")
    adviser_client.post(at("campaign_start"), {"everything": "1", "query": "sector=construction&sort=-name"})
    campaign = Campaign.objects.get()
    assert Recipient.objects.filter(campaign=campaign).count() == 3
    assert (campaign.audience_query, campaign.audience_label) == ("sector=construction", "BTP")


def test_companies_of_another_structure_are_left_where_they_are(adviser_client, other_structure, texts, companies):
    foreign = CompanyFactory(structure=other_structure)
    adviser_client.post(at("campaign_start"), {"ids": [foreign.pk, companies[0].pk], "query": ""})
    assert [row.company for row in Recipient.objects.all()] == [companies[0]]


def test_nothing_ticked_is_said(adviser_client, texts, companies):
    response = adviser_client.post(at("campaign_start"), {"query": ""}, follow=True)
    assert "Cochez d’abord" in response.content.decode()
    assert Campaign.objects.count() == 0


def test_the_companies_of_a_campaign_are_kept_or_changed(adviser_client, campaign, structure):
    url = at("campaign_companies", campaign)
    data = {"name": "Autre nom", "channel": "email", "audience": "keep", "version": campaign.version}
    adviser_client.post(url, data)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.recipients.count()) == ("Autre nom", 3)
    response = adviser_client.post(url, data | {"name": "Troisième"})
    assert "Un collègue vient de modifier" in response.content.decode()


# --- texts --------------------------------------------------------------------------------------
def given(campaign, **changes):
    values = {
        "letter": campaign.letter_id,
        "unopened_text": campaign.unopened_text_id,
        "begun_text": campaign.begun_text_id,
        "unanswered_text": "",
        "answer_by": (TODAY + dt.timedelta(days=40)).isoformat(),
        "first_relaunch_days": 5,
        "second_relaunch_days": 7,
        "phone_days": "",
        "version": campaign.version,
    }
    return values | changes


def test_texts_and_dates_are_written(adviser_client, campaign):
    response = adviser_client.post(at("campaign_texts", campaign), given(campaign))
    assert response.url == at("campaign_check", campaign)
    campaign.refresh_from_db()
    assert (campaign.second_relaunch_days, campaign.phone_days, campaign.unanswered_text) == (7, None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first_relaunch_days": 0}, "Un jour ouvré au moins."),
        ({"first_relaunch_days": -3}, "Un jour ouvré au moins."),
        ({"first_relaunch_days": 900}, "60 jours ouvrés au plus."),
        ({"first_relaunch_days": "cinq"}, "Un nombre de jours."),
        ({"first_relaunch_days": ""}, "La seconde relance suit une première"),
        ({"letter": ""}, "Choisissez une lettre."),
        ({"answer_by": TODAY.isoformat()}, "Choisissez un jour à venir."),
        ({"answer_by": (TODAY + dt.timedelta(days=400)).isoformat()}, "Un an au plus."),
    ],
)
def test_what_makes_no_sense_is_said(adviser_client, campaign, changes, said):
    response = adviser_client.post(at("campaign_texts", campaign), given(campaign, **changes))
    assert response.status_code == 200
    assert said in response.content.decode()
    campaign.refresh_from_db()
    assert campaign.first_relaunch_days == 5


def test_a_letter_of_another_structure_is_refused(adviser_client, campaign, other_structure):
    foreign = LetterVersionFactory(structure=other_structure)
    response = adviser_client.post(at("campaign_texts", campaign), given(campaign, letter=foreign.pk))
    assert response.status_code == 200
    campaign.refresh_from_db()
    assert campaign.letter != foreign


# --- check --------------------------------------------------------------------------------------
def test_those_left_out_are_shown_with_the_reason_and_the_fix(adviser_client, campaign, structure):
    bare = CompanyFactory(structure=structure, legal_name="Sans adresse")
    Recipient.objects.create(
        structure=structure, campaign=campaign, company=bare, channel="email", state_since=timezone.now()
    )
    adviser_client.post(at("campaign_recheck", campaign))
    page = adviser_client.get(at("campaign_check", campaign)).content.decode()
    assert "3\u00a0entreprises à solliciter, 1 écartée" in page
    assert "Pas d’adresse e-mail" in page
    fix = reverse("companies:contact_create", args=[bare.pk]) + "?next="
    assert fix in page
    assert "Menuiserie A" not in page
    kept = adviser_client.get(at("campaign_check", campaign) + "?voir=retenues").content.decode()
    assert "Menuiserie A" in kept
    assert at("campaign_preview", campaign) + "?entreprise=" in kept
    # Mended where the fix leads, it brings back here, where one click looks again.
    way = html.unescape(page[page.index(fix) :].split('"', 1)[0])
    data = {"first_name": "Nadia", "email": "n@x.example"}
    page = adviser_client.post(way, data, follow=True).content.decode()
    assert "Vérifiez de nouveau pour que l’entreprise rejoigne" in page


def test_a_company_is_taken_out_and_put_back(adviser_client, campaign):
    recipient = campaign.recipients.order_by("pk").first()
    adviser_client.post(reverse("campaigns:recipient_exclude", args=[recipient.pk]))
    recipient.refresh_from_db()
    assert recipient.exclusion == Exclusion.BY_HAND
    page = adviser_client.get(at("campaign_check", campaign)).content.decode()
    assert "Remettre" in page
    adviser_client.post(reverse("campaigns:recipient_include", args=[recipient.pk]))
    recipient.refresh_from_db()
    assert recipient.is_included


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", ["", "?voir=retenues"])
def test_the_queries_of_the_check_do_not_grow(
    adviser_client, structure, adviser, texts, count, query, django_assert_max_num_queries
):
    made = create_campaign(structure=structure, values={"name": "Pacte"}, by=adviser, now=timezone.now())
    for number in range(count):
        CompanyFactory(structure=structure)
        ContactFactory(company__structure=structure, structure=structure, email=f"c{number}@x.example")
    choose_audience(campaign=made, companies=Company.objects.all(), query="", label="", by=adviser, now=timezone.now())
    with django_assert_max_num_queries(22):
        assert adviser_client.get(at("campaign_check", made) + query).status_code == 200


# --- preview ------------------------------------------------------------------------------------
def test_each_letter_is_read_on_its_company(adviser_client, campaign, companies):
    page = adviser_client.get(at("campaign_preview", campaign)).content.decode()
    assert "Menuiserie A fait partie de nos partenaires." in page
    assert "1 sur 3" in page
    assert "Répondre à l’enquête" in page  # the mail as it will be read, not its words alone
    second = campaign.recipients.get(company=companies[1])
    page = adviser_client.get(f"{at('campaign_preview', campaign)}?entreprise={second.pk}").content.decode()
    assert "Menuiserie B fait partie de nos partenaires." in page
    assert "enquete/" not in page
    assert reverse("campaigns:recipient_letter_pdf", args=[second.pk]) in page


def test_a_preview_without_anybody_says_so(adviser_client, structure):
    empty = CampaignFactory(structure=structure)
    assert "Personne à qui écrire" in adviser_client.get(at("campaign_preview", empty)).content.decode()
    bare = CampaignFactory(structure=structure, letter=None)
    assert "Aucune lettre" in adviser_client.get(at("campaign_preview", bare)).content.decode()


# --- departure ----------------------------------------------------------------------------------
def test_it_leaves(adviser_client, campaign):
    assert "Envoyer à 3\u00a0entreprises" in adviser_client.get(at("campaign_send", campaign)).content.decode()
    response = adviser_client.post(at("campaign_send", campaign), {"when": "now"})
    assert response.url == campaign.get_absolute_url()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert Message.objects.count() == 3
    again = adviser_client.post(at("campaign_send", campaign), {"when": "now"}, follow=True)
    assert "n’est plus en préparation" in again.content.decode()
    assert Message.objects.count() == 3


def test_it_waits_for_its_hour(adviser_client, campaign):
    day = (TODAY + dt.timedelta(days=3)).isoformat()
    adviser_client.post(at("campaign_send", campaign), {"when": "later", "day": day, "hour": "09:30"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SCHEDULED
    assert timezone.localtime(campaign.send_at).time() == dt.time(9, 30)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"when": "later"}, "Dites quel jour."),
        ({"when": "later", "day": "2020-01-01", "hour": "09:00"}, "Cette heure est déjà passée."),
        ({}, "obligatoire"),
    ],
)
def test_a_departure_that_makes_no_sense_is_said(adviser_client, campaign, values, said):
    response = adviser_client.post(at("campaign_send", campaign), values)
    assert said in response.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_what_stands_in_the_way_hides_the_button(adviser_client, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(answer_by=TODAY + dt.timedelta(days=6), first_relaunch_days=10)
    page = adviser_client.get(at("campaign_send", campaign)).content.decode()
    assert "Aucune relance ne partira" in page
    assert "btn-main" in page.split('<div class="dock">')[1].split("</div>")[0]
    Campaign.objects.filter(pk=campaign.pk).update(answer_by=TODAY - dt.timedelta(days=1))
    page = adviser_client.get(at("campaign_send", campaign)).content.decode()
    assert "À régler avant d’envoyer" in page
    assert "btn-main" not in page.split('<div class="dock">')[1].split("</div>")[0]


def test_an_adviser_asks_and_a_manager_approves(adviser_client, as_user, manager, campaign, structure):
    SendingSettings.objects.create(structure=structure, needs_approval=True)
    adviser_client.post(at("campaign_send", campaign), {"when": "now"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.TO_APPROVE
    assert adviser_client.post(at("campaign_approve", campaign)).status_code == 403
    chief = as_user(manager)
    assert "attend votre accord" in chief.get("/").text
    assert "day-campaigns" not in adviser_client.get("/").text
    page = chief.get(campaign.get_absolute_url()).content.decode()
    assert "Approuver" in page
    assert "<dt>Relances</dt>" in page
    assert "Continuer vers l’envoi" not in chief.get(at("campaign_preview", campaign)).text
    chief.post(at("campaign_approve", campaign))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING


def test_whoever_prepared_it_reads_why_it_came_back(adviser_client, adviser, as_user, manager, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.TO_APPROVE, owner=adviser)
    as_user(manager).post(at("campaign_send_back", campaign), {"note": "Trop de lettres en décembre."})
    for page in ("/", at("campaign_check", campaign), at("campaign_texts", campaign)):
        assert "Trop de lettres en décembre." in adviser_client.get(page).text
    assert "Trop de lettres" not in as_user(manager).get("/").text


def test_a_manager_never_approves_her_own(as_user, manager, structure):
    own = CampaignFactory(structure=structure, created_by=manager, state=CampaignState.TO_APPROVE)
    assert as_user(manager).post(at("campaign_approve", own)).status_code == 403


# --- whose it is --------------------------------------------------------------------------------
def test_another_structure_sees_nothing(as_user, outsider, campaign):
    client = as_user(outsider)
    for name in ("campaign_companies", "campaign_texts", "campaign_check", "campaign_preview", "campaign_send"):
        assert client.get(at(name, campaign)).status_code == 404


def test_a_counsellor_is_refused(as_user, counsellor, campaign):
    assert as_user(counsellor).get(at("campaign_check", campaign)).status_code == 403


# --- trying it on oneself -----------------------------------------------------------------------
def test_one_sends_oneself_a_test(adviser_client, adviser, campaign, monkeypatch):
    sent = []
    monkeypatch.setattr("campaigns.views.wizard.preview.send_test", lambda **values: sent.append(values))
    second = campaign.recipients.order_by("-pk").first()
    data = {"entreprise": second.pk, "texte": campaign.begun_text_id}
    page = adviser_client.post(at("campaign_test", campaign), data, follow=True).content.decode()
    assert adviser.email in page
    assert sent == [{"letter": campaign.begun_text, "recipient": second, "by": adviser}]


def test_a_test_of_nothing_is_said(adviser_client, structure):
    page = adviser_client.post(at("campaign_test", CampaignFactory(structure=structure)), follow=True)
    assert "rien à essayer" in page.content.decode()
