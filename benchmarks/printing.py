"""Letters to print: the CPU they take beside the bare engine given the same pages, and the memory of the whole.

    .venv/bin/python -m config.local.run .venv/bin/python -m benchmarks.printing [--count 1000]

No database is asked: the rows are made here. Goals: 1.3 times the bare engine at most, under 600 MB.
"""

import argparse
import datetime as dt
import gc
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from django.template.loader import render_to_string  # noqa: E402 -- Django first

from accounts.models import Structure, User  # noqa: E402
from campaigns import paper  # noqa: E402
from campaigns.actions.prints import LETTERS_A_DOCUMENT  # noqa: E402
from campaigns.default_letters import DEFAULT_LETTERS  # noqa: E402
from campaigns.enums import LetterKind  # noqa: E402
from campaigns.merge_fields import FIELDS  # noqa: E402
from campaigns.models import Campaign, LetterVersion, Recipient, SendingSettings  # noqa: E402
from companies.models import Company, Contact  # noqa: E402
from core import pdf  # noqa: E402
from core.pdf_joining import JoinedPdf  # noqa: E402

MOST_TIMES, MOST_MEGABYTES = 1.3, 600
TODAY = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Batch:
    head: paper.Letterhead
    letters: list[paper.PaperLetter]

    def groups(self) -> Iterator[list[paper.PaperLetter]]:
        for start in range(0, len(self.letters), LETTERS_A_DOCUMENT):
            yield self.letters[start : start + LETTERS_A_DOCUMENT]


def batch(count: int) -> Batch:
    structure = Structure(pk=1, name="Mission Locale du Val de Brenne", city="Le Blanc", postcode="36300")
    words = DEFAULT_LETTERS[LetterKind.LETTER]
    text = LetterVersion(subject=words.subject, headline=words.headline, body=words.body, closing=words.closing)
    head = paper.letterhead(structure, SendingSettings(structure=structure))
    campaign, adviser = Campaign(pk=1, structure=structure), User(pk=1, first_name="Léa", last_name="Morin")
    values = {name: field.example for name, field in FIELDS.items()}

    def letter(number: int) -> paper.PaperLetter:
        company = Company(
            pk=number, legal_name=f"Entreprise {number}", address="4 rue du Four", postcode="36370", city="Bélâbre"
        )
        contact = Contact(pk=number, first_name="Nadia", last_name="Haddad", company=company)
        recipient = Recipient(pk=number, campaign=campaign, company=company, contact=contact, adviser=adviser)
        link = f"https://trait-union.example/enquete/1-{number:048x}/"
        return paper.paper_letter(recipient=recipient, letter=text, values=values, head=head, link=link, today=TODAY)

    return Batch(head, [letter(number) for number in range(1, count + 1)])


def ours(count: int) -> tuple[float, int]:
    """(seconds of CPU, pages): as the job does it."""
    start, wanted = time.process_time(), batch(count)
    with tempfile.TemporaryFile() as made:
        joined = JoinedPdf(made)
        for group in wanted.groups():
            pdf.add_to(joined, paper.print_letters(group, head=wanted.head, title="Lettres").drawing)
            gc.collect()
        joined.end()
        return time.process_time() - start, len(joined.pages)


def bare(count: int) -> tuple[float, float]:
    """Seconds of CPU of the engine alone, fonts and sheet shared: the same accessible pages; and without their tags."""
    engine: Any = pdf._engine()
    wanted = batch(count)
    context = {"head": wanted.head, "title": "Lettres", "with_survey": True, "months": paper.MONTHS}
    tagged = untagged = 0.0
    for group in wanted.groups():
        html = render_to_string("campaigns/paper/document.html", context | {"letters": group})
        start = time.process_time()
        page = engine.weasyprint.HTML(string=html, base_url=pdf.BASE, url_fetcher=engine.fetcher(paper.ornaments()))
        laid_out = page.render(stylesheets=[engine.sheet(paper.SHEET)], font_config=engine.fonts)
        drawn = time.process_time()
        laid_out.write_pdf()
        plain = time.process_time()
        laid_out.write_pdf(pdf_variant="pdf/ua-1")
        end = time.process_time()
        untagged += plain - start
        tagged += drawn - start + end - plain
        del page, laid_out
        gc.collect()
    return tagged, untagged


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.printing")
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    ours(1)  # fonts and sheets are read once
    seconds, pages = ours(count)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} letters, {pages} pages: {seconds:.1f} s of CPU, {megabytes} MB at most.", flush=True)
    tagged, untagged = bare(count)
    times = seconds / tagged
    print(f"{times:.2f} times the bare engine ({tagged:.1f} s) with the same accessible pages,")
    print(f"{seconds / untagged:.2f} times without their tags ({untagged:.1f} s).")
    print(f"Goals: {MOST_TIMES} times, {MOST_MEGABYTES} MB.")
    return int(times > MOST_TIMES or megabytes > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
