"""French spaces in what people read: U+00A0 inside « » and before a colon, U+202F before ; ! and ?."""

import io
import re
import tokenize
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NBSP, THIN = r"(?:\u00a0|&nbsp;|\\u00a0|\\xa0|\{NBSP\})", r"(?:\u202f|&#8239;|\\u202f)"
AFTER_A_WORD = r"(?<=[\w»)\]’…%}\"'])"
BEFORE_A_WORD = r"(?=[\s«»<(){\"'\\]|$)"
FAULTS = re.compile(
    rf"«(?!{NBSP}|[»\"'])|(?<!\u00a0)(?<!&nbsp;)(?<!\\u00a0)(?<!\\xa0)(?<!\{{NBSP\}})(?<![«\"'])»"
    rf"|{AFTER_A_WORD} [:;!?]{BEFORE_A_WORD}|{NBSP}[;!?]|{THIN}:",
)
# What Django's templates keep to themselves.
UNSEEN = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
OF_A_SCRIPT = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')
UNREAD = {"tests", "benchmarks", "docs", "requirements", "node_modules"}
BEGINS_A_STATEMENT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def strings_of(source):
    """(line, text as written) of each string that is neither a docstring nor a pattern."""
    before = tokenize.ENCODING
    tokens = [one for one in tokenize.generate_tokens(io.StringIO(source).readline) if one.type != tokenize.COMMENT]
    for token, after in pairwise(tokens):
        alone = before in BEGINS_A_STATEMENT and after.type == tokenize.NEWLINE
        if token.type == tokenize.STRING and not alone and not token.string.startswith("r"):
            yield token.start[0], token.string
        before = token.type


def read_by_people():
    """Names of the files that hold what people read."""
    for folder in sorted(ROOT.iterdir()):
        if folder.is_dir() and folder.name not in UNREAD and not folder.name.startswith("."):
            for path in sorted(folder.rglob("*")):
                if path.suffix in (".py", ".html", ".txt", ".mjml", ".js") and "migrations" not in path.parts:
                    yield str(path.relative_to(ROOT))


def texts_of(name, source):
    if name.endswith(".py"):
        return strings_of(source)
    if name.endswith(".js"):
        said = re.sub(r"\$\{[^{}]*\}", lambda found: "x" * len(found[0]), source)
        return [(1 + said.count("\n", 0, one.start()), one[0]) for one in OF_A_SCRIPT.finditer(said)]
    return [(1, UNSEEN.sub(lambda found: "\n" * found[0].count("\n"), source))]


def faults_of(name, source):
    for line, text in texts_of(name, source):
        for found in FAULTS.finditer(text):
            row = line + text.count("\n", 0, found.start())
            yield f"{name}:{row} {text[max(found.start() - 25, 0) : found.end() + 15]!r}"


def test_french_spaces_do_not_break():
    found = [fault for name in read_by_people() for fault in faults_of(name, (ROOT / name).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('say("Dites « oui ».")', 2),
        ('say("C’est fait : rien ne part.")', 1),
        ('say("Quelle entreprise ?")', 1),
        (r'say("Une question\u00a0?")', 1),
        (r'say(f"«\u00a0{name}\u00a0»\u00a0: c’est fait\u202f!")', 0),
        ('"""Un « mot » : ici."""', 0),
    ],
)
def test_a_space_that_breaks_is_found(text, count):
    assert len(list(faults_of("a.py", text + "\n"))) == count
