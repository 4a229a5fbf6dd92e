"""The pact, from a saved view of the demo to what companies promised: real mail, real answers, ten working days."""

import datetime as dt
import re
import subprocess
import sys
import time
import urllib.request
from email.utils import parsedate_to_datetime

import pytest
from playwright.sync_api import Page, expect

from core.working_days import PARIS, is_working_day
from tests.journeys.conftest import ROOT, free_port, running_site
from tests.smtp import SmtpSink

ADVISER, MANAGER = "lea.morin@demo.example", "helene.rousseau@demo.example"
NAME = "Pacte du parcours"
# The visit, among the questions of the paper that are answered by yes or no.
PAPER_YES = 6
LINK = re.compile(r"http://127\.0\.0\.1:\d+/enquete/[\w-]+/")


@pytest.fixture(scope="module")
def sink():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="module")
def environment(later_environment, sink):
    port = free_port()
    return {
        **later_environment,
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        # The first letters leave while the test runs, whatever the hour.
        "SENDING_AT_ANY_HOUR": "1",
    }


@pytest.fixture(scope="module")
def site(environment, tmp_path_factory):
    with running_site(environment, tmp_path_factory.mktemp("later"), int(environment["PORT"])) as address:
        yield address


def test_a_campaign_from_the_view_to_the_results(open_page, assert_accessible, environment, sink):
    adviser = open_page(ADVISER)
    campaign = prepare(adviser, assert_accessible)
    send(adviser, sink, 183)

    written = {message["To"]: message for message in sink.taken}
    assert len(written) == 183
    online, paper, opened, declined, gone, *silent = list(written)
    company = open_page(phone=True)
    answer_online(company, link_in(written[online]), assert_accessible)
    answer_on_paper(adviser, campaign, company_in(written[paper]))
    company.goto(link_in(written[opened]))
    company.get_by_role("button", name="Commencer").click()
    expect(company.get_by_role("button", name="Continuer")).to_be_visible()
    company.goto(link_in(written[declined]))
    company.get_by_role("button", name="Nous ne souhaitons pas participer").click()
    expect(company.locator("h1")).to_contain_text("C’est noté")
    unsubscribe(written[gone])

    relaunches = ten_working_days(environment, sink)
    by_address = {}
    for message in relaunches:
        by_address.setdefault(message["To"], []).append(message)
    assert all(len(by_address.get(address, [])) == 2 for address in (opened, *silent))
    assert not set(by_address) & {online, paper, declined, gone}
    assert words_of(by_address[opened][0]) != words_of(by_address[silent[0]][0])
    for message in relaunches:
        left = parsedate_to_datetime(message["Date"]).astimezone(PARIS)
        assert is_working_day(left.date())
        assert dt.time(8, 30) <= left.time() < dt.time(18, 0)

    companies = {
        "online": company_in(written[online]),
        "settled": [company_in(written[address]) for address in (online, paper, declined, gone)],
    }
    see_what_came_of_it(open_page(MANAGER), adviser, campaign, companies, assert_accessible)


def prepare(page: Page, assert_accessible) -> str:
    """From the view to the last step; the address of the campaign."""
    page.goto("/campagnes/")
    page.get_by_role("link", name="Nouvelle campagne").click()
    page.get_by_label("Nom de la campagne").fill(NAME)
    page.get_by_role("radio", name=re.compile("^Partenaires à solliciter")).check()
    page.get_by_role("button", name="Continuer vers les textes").click()
    page.get_by_label("Première relance après").fill("3")
    page.get_by_label("Seconde relance après").fill("3")
    page.get_by_label("Téléphoner après").fill("3")
    page.get_by_role("button", name="Continuer vers la vérification").click()
    expect(page.locator("main h1")).to_contain_text("183\u00a0entreprises à solliciter, 17 écartées")
    reasons = page.locator(".reason-chips")
    for reason in ("Sollicitée trop souvent", "A répondu récemment", "En veille", "Doublon", "Pas d’adresse e-mail"):
        expect(reasons).to_contain_text(reason)
    expect(page.locator("main table")).to_contain_text("La dernière le")
    assert_accessible(page)
    address = page.url.removesuffix("verifier/")
    page.locator(".dock a.btn-main").click()
    expect(page.locator("main h1")).to_contain_text("Ce que lira")
    page.get_by_role("link", name="Continuer vers l’envoi").click()
    return address


def send(page: Page, sink: SmtpSink, count: int) -> None:
    page.get_by_role("button", name=re.compile("^Envoyer à")).click()
    page.wait_for_url(re.compile(r"/campagnes/\d+/$"))
    expect(page.locator("main h1").first).to_contain_text(NAME)
    deadline = time.monotonic() + 180
    while len(sink.taken) < count and time.monotonic() < deadline:
        time.sleep(0.2)
    page.reload()
    expect(page.locator("main")).to_contain_text("183")


def link_in(message) -> str:
    found = LINK.search(message.get_body(("plain",)).get_content())
    assert found
    return found.group()


def company_in(message) -> str:
    """Whom the letter was written to: its foot says why."""
    found = re.search(r"Nous écrivons à (.+?) parce qu", message.get_body(("plain",)).get_content())
    assert found
    return found.group(1)


def words_of(message) -> str:
    """Its subject, but for the company's name."""
    return str(message["Subject"]).replace(company_in(message), "")


def answer_online(page: Page, link: str, assert_accessible) -> None:
    """In five pages of a telephone: one yes for each phase."""
    page.goto(link)
    assert_accessible(page)
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("checkbox", name=re.compile("^Recruter(?! des)")).check()
    page.get_by_label("Sur quels postes").first.fill("maçon")
    page.get_by_role("checkbox", name="Former un jeune en alternance").check()
    assert_accessible(page)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("checkbox", name="Accueillir un jeune en immersion").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("checkbox", name="Faire visiter l’entreprise").check()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.locator("h1")).to_contain_text("Merci, votre réponse est enregistrée")


def answer_on_paper(page: Page, campaign: str, company: str) -> None:
    """The paper came back by post: its reference is at its head."""
    open_recipient(page, campaign, company)
    reference = re.search(r"Référence (\w{4}-\w{4})", page.locator("main").inner_text())
    assert reference
    page.goto("/campagnes/reponse/")
    page.get_by_label("Référence").fill(reference.group(1))
    page.get_by_role("button", name="Trouver l’entreprise").click()
    page.get_by_role("radio", name="Oui").nth(PAPER_YES).check(force=True)
    page.get_by_role("button", name="Enregistrer la réponse").click()
    expect(page.locator(".messages")).to_contain_text("Réponse enregistrée")


def open_recipient(page: Page, campaign: str, company: str) -> None:
    page.goto(campaign)
    page.locator("#campaign-q").fill(company)
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.wait_for_url(re.compile(r"[?&]q="))
    page.locator("main table").get_by_role("link", name=company, exact=True).click()
    page.wait_for_url(re.compile(r"/destinataires/\d+/"))


def unsubscribe(message) -> None:
    """In one click of her mail program (RFC 8058), without a browser."""
    address = str(message["List-Unsubscribe"]).strip().strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    request = urllib.request.Request(address, data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


def ten_working_days(environment: dict[str, str], sink: SmtpSink) -> list:
    """What the server took during them."""
    before = len(sink.taken)
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    lived = subprocess.run(
        [sys.executable, "-m", "tests.journeys.days", tomorrow.isoformat(), "10"],
        cwd=ROOT,
        env={**environment, "SENDING_AT_ANY_HOUR": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert lived.returncode == 0, lived.stderr[-3000:]
    return sink.taken[before:]


def see_what_came_of_it(manager: Page, adviser: Page, campaign: str, companies: dict, assert_accessible) -> None:
    adviser.goto("/campagnes/appels/?pour=moi")
    assert_accessible(adviser)
    to_call = adviser.locator("ul.calls").inner_text()
    assert NAME in to_call
    for company in companies["settled"]:
        assert company not in to_call
    open_recipient(adviser, campaign, companies["online"])
    proposed = adviser.locator("ul.commitments")
    # One in each of the four phases.
    for title in ("Visite de l’entreprise", "Immersion", "Formation en alternance", "Recrutement\u00a0: maçon"):
        expect(proposed).to_contain_text(title)
    adviser.goto(f"/opportunites/liste/?state=draft&q={companies['online']}")
    expect(adviser.locator("main table tbody tr")).to_have_count(4)
    assert_accessible(adviser)
    manager.goto(f"{campaign}resultats/")
    expect(manager.locator("main h1")).to_contain_text("2\u00a0réponses, 5\u00a0engagements")
    assert_accessible(manager)
