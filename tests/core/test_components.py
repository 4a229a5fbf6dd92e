"""Each component as the gallery shows it, and what a snapshot does not say."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template import TemplateSyntaxError, engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from core import toasts
from core.icons import UnknownIconError, render_icon
from core.templatetags import components
from core.views.gallery import SECTIONS, SampleForm, gallery_context

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def rendered(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("section", [key for key, _ in SECTIONS])
def test_gallery_section(section, snapshot, time_machine):
    time_machine.move_to(NOW, tick=False)
    drawn = render_to_string(f"core/gallery/{section}.html", gallery_context(NOW))
    assert re.sub(r"\s*\n\s*", "\n", drawn) == snapshot


def test_gallery_shows_every_component():
    source = "".join(path.read_text() for path in (TEMPLATES / "core").rglob("*.html"))
    source += (TEMPLATES / "layout" / "base.html").read_text()
    assert {tag for tag in components.register.tags if f"{{% {tag}" not in source} == set()


def test_gallery_is_for_the_demo_alone(adviser_client, settings):
    assert adviser_client.get("/composants/").status_code == 404
    settings.DEMO = True
    assert adviser_client.get("/composants/").status_code == 200


def test_every_icon_named_in_a_template_exists():
    names = set()
    for path in TEMPLATES.rglob("*.html"):
        names |= set(re.findall(r'(?:{% icon |icon=)"([a-z0-9-]+)"', path.read_text()))
    assert names
    for name in sorted(names):
        render_icon(name)


def test_unknown_icon_is_an_error():
    with pytest.raises(UnknownIconError):
        render_icon("no-such-drawing")


def test_icon_with_a_label_is_read_aloud():
    assert 'aria-label="Téléphone"' in render_icon("phone", "Téléphone")
    assert 'aria-hidden="true"' in render_icon("phone")


@pytest.mark.parametrize(
    "source",
    ['{% phase 2 colour="red" %}', '{% sheet "Titre" %}{% endsheet %}', '{% chip value="a" values="b" %}'],
)
def test_wrong_argument_fails_when_the_template_is_read(source):
    with pytest.raises(TemplateSyntaxError):
        rendered(source)


def test_unknown_look_of_a_state_is_an_error():
    with pytest.raises(ValueError, match="unknown look"):
        rendered('{% state "Partenaire" look="green" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% chip value=text remove_url='#' %}",
        "{% state text %}",
        "{% avatar text %}",
        "{% tag text url=text %}",
        "{% copy_button text label=text %}",
        "{% sort_header text url=text %}",
        "{% empty_state title=text text=text %}",
        "{% sheet title=text note=text %}{{ text }}{% endsheet %}",
        "{% notice title=text %}{{ text }}{% endnotice %}",
        "{% timeline_entry title=text icon='phone' when=day who=text %}{{ text }}{% endtimeline_entry %}",
        "{% next_action what=text who=text %}{{ text }}{% endnext_action %}",
        "{% meter 3 label=text %}",
    ],
)
def test_text_is_escaped(source):
    drawn = rendered(source, text='<script>"x"</script>', day=dt.date(2026, 11, 24))
    assert "<script>" not in drawn


def test_pagination_says_what_is_shown():
    assert "1 à 25 sur 184" in rendered("{% pagination first=1 last=25 total=184 next_url='?p=2' %}")
    assert "plus de 10\u202f000" in rendered("{% pagination first=26 last=50 total=10000 capped=True %}")
    assert "aucun résultat" in rendered("{% pagination first=0 last=0 total=0 %}")
    assert "btn" not in rendered("{% pagination first=1 last=3 total=3 %}")


def test_next_action_late_says_since_when(time_machine):
    time_machine.move_to(NOW)
    drawn = rendered("{% next_action what='Appeler' due=day %}{% endnext_action %}", day=dt.date(2026, 11, 22))
    assert "is-late" in drawn
    assert "Prévue dimanche 22\u00a0novembre, en retard de 2\u00a0jours" in drawn


def test_next_action_of_today_is_not_late(time_machine):
    time_machine.move_to(NOW)
    drawn = rendered("{% next_action what='Appeler' due=day %}{% endnext_action %}", day=NOW.date())
    assert "is-late" not in drawn
    assert "aujourd’hui" in drawn


class FaultyForm(forms.Form):
    name = forms.CharField(label="Nom")
    kind = forms.ChoiceField(label="Genre", choices=[("a", "A")], widget=forms.RadioSelect)

    def clean(self):
        raise forms.ValidationError("Ces deux réponses se contredisent.")


def test_error_summary_links_each_error_to_its_field():
    drawn = rendered("{% error_summary form %}", form=FaultyForm({}))
    assert "3\u00a0points à corriger" in drawn
    assert "Ces deux réponses se contredisent." in drawn
    assert '<a href="#id_name">Nom\u00a0:' in drawn
    # A group of radios has no single input: the link goes to its first.
    assert 'href="#id_kind' in drawn


def test_error_summary_puts_no_colon_after_a_question():
    form = FaultyForm({})
    form.fields["name"].label = "Et ensuite\u202f?"
    assert "Et ensuite\u202f? Ce champ" in rendered("{% error_summary form %}", form=form)


def test_error_summary_is_silent_without_errors():
    assert rendered("{% error_summary form %}", form=FaultyForm()).strip() == ""


def test_field_says_facultatif_and_never_an_asterisk():
    drawn = rendered("{% load crispy_forms_tags %}{% crispy form %}", form=SampleForm(), csrf_token="a-token")
    assert drawn.count("facultatif") == sum(
        not field.required for name, field in SampleForm.base_fields.items() if name != "pilot"
    )
    assert "*" not in re.sub(r"<[^>]+>", "", drawn)
    assert "csrfmiddlewaretoken" not in drawn
    assert "<form" not in drawn


def test_field_in_error_is_described_by_its_error():
    drawn = rendered("{% load crispy_forms_tags %}{% crispy form %}", form=SampleForm({"kind": "visit"}))
    field = re.search(r'<input[^>]*name="name"[^>]*>', drawn)[0]
    assert 'aria-invalid="true"' in field
    for target in re.search(r'aria-describedby="([^"]+)"', field)[1].split():
        assert f'id="{target}"' in drawn


def request_with_messages():
    request = RequestFactory().get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_message_with_undo_posts_to_its_address():
    request = request_with_messages()
    toasts.say_with_undo(request, "Bâti Brenne est à la corbeille.", undo_url="/entreprises/12/restaurer/")
    drawn = engines["django"].from_string("{% messages_region %}").render({}, request)
    assert 'action="/entreprises/12/restaurer/"' in drawn
    assert "csrfmiddlewaretoken" in drawn
    assert "data-passing" not in drawn


def test_plain_success_may_go_by_itself_and_an_error_stays():
    request = request_with_messages()
    messages.success(request, "Enregistré.")
    messages.error(request, "Le fichier est chiffré.")
    drawn = engines["django"].from_string("{% messages_region %}").render({}, request)
    assert drawn.count("data-passing") == 1
    assert "message error" in drawn


@pytest.mark.parametrize("code", ["400", "500"])
def test_error_page_needs_nothing(code):
    drawn = get_template(f"{code}.html").render()
    assert f"Erreur {code}" in drawn
    assert "{%" not in drawn


def test_unknown_page_keeps_the_frame_for_whom_is_signed_in(adviser_client):
    answer = adviser_client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert "Navigation principale" in answer.text


def test_theme_is_kept_on_the_account_and_in_a_cookie(adviser, as_user):
    client = as_user(adviser)
    answer = client.post("/apparence/", {"theme": "dark"}, headers={"referer": "http://testserver/entreprises/"})
    assert answer.headers["Location"] == "http://testserver/entreprises/"
    assert answer.cookies["theme"].value == "dark"
    adviser.refresh_from_db()
    assert adviser.theme == "dark"
    assert 'data-bs-theme="dark"' in client.get("/nulle-part/").text


def test_theme_refuses_the_rest(client, db):
    assert client.get("/apparence/").status_code == 405
    assert client.post("/apparence/", {"theme": "pink"}).status_code == 400
    away = client.post("/apparence/", {"theme": "light"}, headers={"referer": "https://example.org/"})
    assert away.headers["Location"] == "/"


def test_pages_hold_no_inline_style_or_script():
    faults = []
    for path in TEMPLATES.rglob("*.html"):
        if "emails" in path.parts:
            continue
        source = path.read_text()
        if re.search(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*(?:\ssrc=|application/json))', source):
            faults.append(str(path.relative_to(TEMPLATES)))
    assert faults == []
