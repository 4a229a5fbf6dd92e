"""House rules of templates and of French words, read from the files themselves."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
APPS = ("config", "core", "accounts", "companies", "youth", "opportunities", "campaigns", "dashboards")
# Found by name by Django or by allauth, not by our code.
NAMED_ELSEWHERE = re.compile(r"(4\d\d|403_csrf|500|account|mfa|usersessions|allauth|socialaccount|django|bootstrap5)\b")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_inline_script_or_style(path):
    """The content security policy refuses them: they would be dead, or would make us weaken it."""
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle=|<script(?![^>]*\b(src|type=\"application/json\"))|\son[a-z]+=\"", text)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_template_compiles(path):
    get_template(name_of(path))


def test_every_template_is_used():
    sources = [path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")]
    sources += [path.read_text() for path in TEMPLATES]
    everything = "\n".join(sources)
    unused = []
    for path in PAGES:
        name = name_of(path)
        # Components are named by their tag, e-mails and answers by a stem.
        stem = name.removesuffix(".html").removeprefix("components/")
        if NAMED_ELSEWHERE.match(name) or name in everything or f'"{stem}"' in everything:
            continue
        unused.append(name)
    assert unused == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_straight_apostrophe_is_not_french(path):
    """« l’entreprise », never « l'entreprise »: outside of tags and comments."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}", " ", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", text, flags=re.DOTALL)
    assert re.findall(r"\w*[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]\w*", text) == []


def test_verbose_names_begin_in_lower_case():
    """Labels are put in sentences; forms capitalise them. Acronyms keep their capitals."""
    wrong = []
    for app in ("core", "accounts", "companies", "youth", "opportunities", "campaigns"):
        for model in apps.get_app_config(app).get_models():
            names = [model._meta.verbose_name, model._meta.verbose_name_plural]
            names += [field.verbose_name for field in model._meta.concrete_fields]
            wrong += [name for name in map(str, names) if re.match(r"[A-ZÀ-Ý][a-zà-ÿ]", name) and name != "Message-ID"]
    assert wrong == []
