"""The import wizard: each page works, and whoever may not come through is stopped."""

import threading
import time

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from companies import tasks
from companies.actions import bin_company, imports
from companies.enums import ImportState, RowClass
from companies.models import Company, ImportBatch, ImportMapping, ImportRow
from core.jobs import ask_to_stop
from core.models import Job, JobState
from tests.companies.importing import applied, csv_of, staged
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

HEADER = "Raison sociale;SIRET;Code postal;Ville;Téléphone"
ROWS = ("Boulangerie Vacher;;36300;Rosnay;", "Faux;12345678901234;36300;Rosnay;", "Auclair;;;;02 54 00 00 00")
FILE = csv_of(HEADER, *ROWS)
PAGES = ("import_detail", "import_header", "import_columns", "import_preview", "import_report", "import_undo")
GESTURES = ("import_refresh", "import_apply", "import_discard", "import_undo")


@pytest.fixture
def sent(monkeypatch):
    """Messages that would wake a worker."""
    messages = []
    monkeypatch.setattr("core.jobs.current_app.send_task", lambda task, **options: messages.append(task))
    return messages


@pytest.fixture
def batch(structure, adviser):
    CompanyFactory.create_batch(2, structure=structure, legal_name="Auclair", city="Luant")
    return staged(structure, FILE, by=adviser)


def url(name, batch, *more):
    return reverse(f"companies:{name}", args=[batch.pk, *more])


def upload(client, content=FILE, name="reseau.csv", **more):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("companies:import_create"), {"file": file, **more})


# --- doors ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_pages_of_an_import_are_its_structures(as_user, batch, outsider, counsellor, colleague, name):
    assert as_user(outsider).get(url(name, batch)).status_code == 404
    assert as_user(counsellor).get(url(name, batch)).status_code == 403
    assert as_user(colleague).get(url(name, batch)).status_code in (200, 302)


@pytest.mark.parametrize("name", GESTURES)
def test_gestures_are_posts_of_those_who_may(as_user, client, batch, outsider, counsellor, adviser, name):
    assert as_user(outsider).post(url(name, batch)).status_code == 404
    assert as_user(counsellor).post(url(name, batch)).status_code == 403
    assert client.post(url(name, batch)).status_code == 302
    if name != "import_undo":
        assert as_user(adviser).get(url(name, batch)).status_code == 405
    assert ImportBatch.objects.get(pk=batch.pk).state == ImportState.PREVIEWED


@pytest.mark.parametrize("name", ["import_list", "import_create"])
def test_doors_without_number(as_user, client, name, adviser, administrator, counsellor, coordinator):
    address = reverse(f"companies:{name}")
    assert as_user(adviser).get(address).status_code == 200
    assert as_user(administrator).get(address).status_code == 200
    assert as_user(counsellor).get(address).status_code == 403
    assert as_user(coordinator).get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_rows_of_another_structure_are_not_found(as_user, batch, outsider):
    row = ImportRow.objects.filter(batch=batch, row_class=RowClass.DOUBTFUL).get()
    assert as_user(outsider).post(url("import_row_decide", batch, row.pk), {"decision": "create"}).status_code == 404
    assert as_user(outsider).get(url("import_errors", batch, "csv")).status_code == 404


# --- the way through --------------------------------------------------------------------------------
def test_file_then_columns_then_a_job(adviser_client, structure, sent, django_capture_on_commit_callbacks):
    response = upload(adviser_client)
    batch = ImportBatch.objects.get()
    assert response.url == url("import_columns", batch)
    page = adviser_client.get(response.url)
    assert "Raison sociale" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = adviser_client.post(
            response.url, {"column_0": "legal_name", "column_1": "siret", "column_2": "postcode", "column_3": "city"}
        )
    job = Job.objects.get()
    assert response.url == reverse("core:job_detail", args=[job.key])
    assert sent == ["companies.tasks.preview_import"]
    assert adviser_client.get(response.url).status_code == 200
    assert ImportMapping.objects.get().structure == structure
    assert adviser_client.get(url("import_detail", batch)).url == response.url


@pytest.mark.parametrize(("content", "said"), [(b"", "vide"), (b"%PDF-1.7 ...", "PDF"), (b"x" * 10_000_001, "10 Mo")])
def test_a_file_that_cannot_be_read_is_refused_in_words(adviser_client, content, said):
    response = upload(adviser_client, content)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_one_field_for_two_columns_is_refused(adviser_client):
    upload(adviser_client)
    batch = ImportBatch.objects.get()
    response = adviser_client.post(url("import_columns", batch), {"column_0": "legal_name", "column_1": "legal_name"})
    assert response.status_code == 422
    assert "déjà rempli" in response.content.decode()


def test_no_column_for_the_company_is_refused(adviser_client):
    upload(adviser_client)
    response = adviser_client.post(url("import_columns", ImportBatch.objects.get()), {"column_3": "city"})
    assert response.status_code == 422
    assert "Aucune colonne ne donne le nom" in response.content.decode()


def test_another_row_is_the_header(adviser_client):
    upload(adviser_client, csv_of("Liste de mai;;", "", "Nom;Ville;", "Vacher;Rosnay;", "Auclair;Luant;"))
    batch = ImportBatch.objects.get()
    assert adviser_client.get(url("import_header", batch)).status_code == 200
    response = adviser_client.post(url("import_header", batch), {"sheet": "CSV", "first_row": "4"})
    assert response.url == url("import_columns", batch)
    batch.refresh_from_db()
    assert (batch.header_row, batch.labels[:2]) == (3, ["Vacher", "Rosnay"])


def test_whoever_works_in_two_structures_says_for_which(as_user, adviser, other_structure):
    MembershipFactory(user=adviser, structure=other_structure, role="adviser")
    client = as_user(adviser)
    assert upload(client).status_code == 422
    upload(client, structure=other_structure.pk)
    assert ImportBatch.objects.get().structure == other_structure


def test_a_structure_of_others_cannot_be_chosen(as_user, adviser, other_structure):
    second = MembershipFactory(user=adviser).structure
    response = upload(as_user(adviser), structure=other_structure.pk)
    assert response.status_code == 422
    assert second.name in response.content.decode()


# --- preview ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("tab", [*RowClass.values, "remarques", "inconnu"])
def test_every_tab_of_the_preview(adviser_client, batch, tab):
    assert adviser_client.get(url("import_preview", batch), {"classe": tab}).status_code == 200


def test_preview_asks_as_many_queries_for_one_row_as_for_many(
    adviser_client, structure, adviser, django_assert_max_num_queries
):
    rows = [f"Nom {number};;36300;Rosnay;02 54 00 00 {number:02}" for number in range(20)]
    applied(structure, csv_of(HEADER, *rows))
    batch = staged(structure, csv_of(HEADER, *(row[:-2] + "99" for row in rows)), by=adviser)
    adviser_client.get(url("import_preview", batch))
    with django_assert_max_num_queries(16):
        page = adviser_client.get(url("import_preview", batch), {"classe": "changed"})
    assert "Nom 19" in page.content.decode()


def test_decision_for_a_class(adviser_client, batch):
    adviser_client.post(url("import_class_decide", batch, "new"), {"decision": "ignore"})
    batch.refresh_from_db()
    assert batch.decisions == {"new": "ignore"}
    adviser_client.post(url("import_class_decide", batch, "new"), {"decision": "update"})
    batch.refresh_from_db()
    assert batch.decisions == {"new": "ignore"}


def test_decision_for_a_doubtful_row(adviser_client, batch):
    row = ImportRow.objects.get(batch=batch, row_class=RowClass.DOUBTFUL)
    chosen = row.candidates[1]["company"]
    address = url("import_row_decide", batch, row.pk)
    page = adviser_client.post(address, {"decision": f"update-{chosen}"}, headers={"HX-Request": "true"})
    assert f'id="ligne-{row.number}"' in page.content.decode()
    assert "Importer 2" in page.content.decode()
    row.refresh_from_db()
    assert (row.decision, row.company_id) == ("update", chosen)
    assert adviser_client.post(address, {"decision": "create"}).status_code == 302


def test_figures_that_are_none_decide_nothing(adviser_client, batch):
    row = ImportRow.objects.get(batch=batch, row_class=RowClass.DOUBTFUL)
    odd = {"decision": "update-²", "page": "2\r\nX-Odd: 1"}
    answer = adviser_client.post(url("import_row_decide", batch, row.pk), odd)
    assert answer.url.endswith(f"&page=1#ligne-{row.number}")
    assert adviser_client.post(url("import_header", batch), {"first_row": "²"}).status_code == 422


# --- jobs -------------------------------------------------------------------------------------------
def test_a_failed_job_leaves_the_import_where_it_stood(adviser_client, adviser, batch, sent):
    job = imports.queue_apply(batch=batch, by=adviser)
    batch.refresh_from_db()
    assert batch.settled_state == ImportState.APPLYING
    ask_to_stop(job=job)
    page = adviser_client.get(url("import_detail", batch), follow=True)
    assert page.redirect_chain[-1][0] == url("import_preview", batch)
    assert not Company.objects.filter(legal_name="Boulangerie Vacher").exists()


def test_a_colleague_sees_that_somebody_is_at_it(as_user, adviser, colleague, batch, sent):
    imports.queue_apply(batch=batch, by=adviser)
    page = as_user(colleague).get(url("import_detail", batch))
    assert "Léa Morin" in page.content.decode()


def test_job_pages_are_the_persons_own(as_user, adviser, colleague, batch, sent):
    job = imports.queue_apply(batch=batch, by=adviser)
    for name in ("job_detail", "job_card"):
        assert as_user(adviser).get(reverse(f"core:{name}", args=[job.key])).status_code == 200
        assert as_user(colleague).get(reverse(f"core:{name}", args=[job.key])).status_code == 404
    stop = reverse("core:job_stop", args=[job.key])
    assert as_user(colleague).post(stop).status_code == 404
    assert as_user(adviser).get(stop).status_code == 405
    as_user(adviser).post(stop)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_done_job_leads_to_its_result(adviser_client, adviser, batch, sent):
    job = imports.queue_apply(batch=batch, by=adviser)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, ended_at=timezone.now())
    card = adviser_client.get(reverse("core:job_card", args=[job.key]), headers={"HX-Request": "true"})
    assert card.headers["HX-Redirect"] == url("import_detail", batch)


# --- after ------------------------------------------------------------------------------------------
def test_report_error_rows_and_undo(adviser_client, adviser, structure):
    batch = applied(structure, FILE, by=adviser)
    report = adviser_client.get(url("import_report", batch)).content.decode()
    assert "Import terminé" in report
    for format in ("csv", "xlsx"):
        answer = adviser_client.get(url("import_errors", batch, format))
        assert f"a-corriger-reseau.{format}" in answer.headers["Content-Disposition"]
    assert adviser_client.get(url("import_errors", batch, "exe")).status_code == 404
    assert "Annuler tout l’import" in adviser_client.get(url("import_undo", batch)).content.decode()
    company = Company.objects.get(legal_name="Boulangerie Vacher")
    Company.objects.filter(pk=company.pk).update(version=2)
    page = adviser_client.get(url("import_undo", batch)).content.decode()
    assert "Annuler tout l’import" not in page
    assert "Boulangerie Vacher" in page


def test_discard_forgets_the_file(adviser_client, batch):
    assert adviser_client.post(url("import_discard", batch)).url == reverse("companies:import_list")
    assert not ImportBatch.objects.exists()


def test_history_of_one_structure_alone(as_user, adviser, outsider, batch):
    assert "reseau.csv" in as_user(adviser).get(reverse("companies:import_list")).content.decode()
    assert "reseau.csv" not in as_user(outsider).get(reverse("companies:import_list")).content.decode()


def test_history_asks_as_many_queries_whatever_its_length(
    adviser_client, structure, adviser, django_assert_max_num_queries
):
    for number in range(3):
        staged(structure, csv_of("Nom;Ville", f"Vacher {number};Rosnay"), by=adviser)
    adviser_client.get(reverse("companies:import_list"))
    with django_assert_max_num_queries(10):
        adviser_client.get(reverse("companies:import_list"))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_template_is_there_to_download(adviser_client, format):
    answer = adviser_client.get(reverse("companies:import_template", args=[format]))
    assert f"modele-entreprises.{format}" in answer.headers["Content-Disposition"]


# --- at the same time -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("queue", "said"),
    [(imports.queue_apply, "déjà plus loin\xa0: import en cours"), (None, "travaille en ce moment sur cet import")],
)
def test_a_page_does_not_wait_for_the_job_that_writes(as_user, structure, adviser, sent, queue, said):
    """The batch is locked by another connection for as long as its job works."""
    batch = staged(structure, FILE, by=adviser)
    if queue:
        queue(batch=batch, by=adviser)
    client, holding, done = as_user(adviser), threading.Event(), threading.Event()

    def work():
        with transaction.atomic():
            ImportBatch.objects.select_for_update().get(pk=batch.pk)
            holding.set()
            done.wait(30)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert holding.wait(5)
        for name, more in (("import_apply", ()), ("import_discard", ()), ("import_class_decide", (RowClass.NEW,))):
            begun = time.monotonic()
            response = client.post(url(name, batch, *more), {"decision": "ignore"})
            assert (response.status_code, time.monotonic() - begun < 2) == (302, True)
            assert any(said in str(message) for message in get_messages(response.wsgi_request))
    finally:
        done.set()
        worker.join(10)


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("queue", ["apply", "undo"])
def test_a_right_taken_away_meanwhile_stops_the_job(structure, adviser, sent, queue, closed):
    batch = staged(structure, FILE, by=adviser) if queue == "apply" else applied(structure, FILE, by=adviser)
    job = getattr(imports, f"queue_{queue}")(batch=batch, by=adviser)
    if closed:
        User.objects.filter(pk=adviser.pk).update(is_active=False)
    else:
        adviser.memberships.all().delete()
    before = Company.objects.count()
    getattr(tasks, f"{queue}_import")(job_id=job.pk, structure_id=structure.pk)
    job.refresh_from_db()
    assert (job.state, Company.objects.count()) == (JobState.FAILED, before)
    assert "plus le droit" in job.message


def test_a_company_in_the_bin_is_offered_back(adviser_client, structure, adviser):
    company = CompanyFactory(structure=structure, legal_name="Garage du Pont", city="Rosnay", siret="")
    bin_company(company=company, by=adviser, now=timezone.now())
    batch = staged(structure, csv_of("Nom;Commune", "Garage du Pont;Rosnay"), by=adviser)
    text = adviser_client.get(reverse("companies:import_preview", args=[batch.pk]), {"classe": "doubtful"}).text
    assert "Garage du Pont est dans la corbeille" in text
    assert reverse("companies:bin_list") in text
    assert f'value="update-{company.pk}"' not in text
