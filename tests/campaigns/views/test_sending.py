import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from campaigns.models import SendingSettings
from companies.models import SolicitationLimit
from companies.solicitations import DEFAULT_LIMITS

URL = reverse("campaigns:sending_edit")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filled(**changed):
    data = {
        "sender_name": "La Mission Locale",
        "sender_email": "",
        "per_minute": 30,
        "per_domain_per_minute": 10,
        "opens_at": "09:00",
        "closes_at": "17:00",
        "answered_lately_days": 90,
        "clock_working_days": 5,
    }
    for level, limit in DEFAULT_LIMITS.items():
        data |= {f"requests_{level}": limit.requests, f"days_{level}": limit.days}
    return data | changed


def picture():
    made = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(made, "PNG")
    return made.getvalue()


def test_a_manager_settles_how_one_sends(as_user, manager, structure):
    client = as_user(manager)
    assert client.get(URL).status_code == 200
    data = filled(requests_light=2, days_light=365)
    data["signature"] = SimpleUploadedFile("s.png", picture(), "image/png")
    page = client.post(URL, data, follow=True)
    row = SendingSettings.objects.get(structure=structure)
    assert (row.per_minute, row.sender_name, bool(row.signature)) == (30, "La Mission Locale", True)
    limit = SolicitationLimit.objects.get(structure=structure, service_level="light")
    assert (limit.requests, limit.days) == (2, 365)
    assert "Signature actuelle" in page.content.decode()
    assert "/signatures/" not in page.content.decode()
    assert client.get(reverse("campaigns:signature_show"))["Content-Type"] == "image/png"
    client.post(URL, filled())
    row.refresh_from_db()
    assert row.signature
    client.post(URL, filled(**{"signature-clear": "on"}))
    row.refresh_from_db()
    assert not row.signature


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opens_at": "18:00"}, "L’heure de fin vient après"),
        ({"per_minute": 0}, "Messages par minute\u00a0: Entre 1 et 6\u202f000."),
        ({"opens_at": "18:00"}, 'href="#id_closes_at"'),
        ({"requests_light": 0}, "requests_light"),
        ({"clock_working_days": 0}, "clock_working_days"),
        ({"sender_email": "pas une adresse"}, "Une adresse e-mail s’écrit ainsi"),
    ],
)
def test_what_cannot_be_is_refused(as_user, manager, changed, said):
    answer = as_user(manager).post(URL, filled(**changed))
    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors) + answer.content.decode()
    assert not SendingSettings.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"pas une image", "n’est pas une image PNG, JPEG ou WebP lisible"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40_000_000, "pèse plus de 15\u00a0Mo"),
    ],
)
def test_a_signature_that_is_no_picture_or_too_heavy_is_refused(as_user, manager, content, said):
    data = filled(signature=SimpleUploadedFile("s.png", content, "image/png"))
    answer = as_user(manager).post(URL, data)
    assert said in str(answer.context["form"].errors["signature"])
    assert "15\u00a0Mo au plus" in answer.context["form"].fields["signature"].help_text
    assert "logo" not in str(answer.context["form"].errors).lower()


def test_one_mistake_loses_nothing_else_and_tells_the_fate_of_the_file(as_user, manager):
    good = SimpleUploadedFile("signature.png", picture(), "image/png")
    answer = as_user(manager).post(URL, filled(per_minute=0, sender_name="Mission\u2028Locale", signature=good))
    page = answer.content.decode()
    assert "choisissez de nouveau «\u00a0signature.png\u00a0»" in page
    assert 'value="17:00"' in page
    as_user(manager).post(URL, filled(sender_name="Mission\u2028Locale"))
    assert SendingSettings.objects.get().sender_name == "Mission Locale"


def test_an_adviser_does_not_settle_it(adviser_client):
    assert adviser_client.get(URL).status_code == 403
