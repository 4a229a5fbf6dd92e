"""Figures of sending: the rate beside a bare `smtplib` loop on the same server, and a worker killed twenty times.

.venv/bin/python -m benchmarks.mailing [--count 2000] [--kills 20] [--rate-only] [--write]
"""

import argparse
import datetime as dt
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import servers
from config.local import state
from config.local.problems import LocalError

HOST = "127.0.0.1"
NAME = "Mission Locale des envois du banc d’essai"
# Servers of its own, made anew: a worker looks after every structure, also those an earlier run left.
SERVERS = "benchmark-mailing"
START, END = "<!-- sending -->\n", "\n<!-- /sending -->"
RATE_COUNT, ROUNDS = 2000, 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mailing")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate-only", action="store_true")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def prepared(variables: dict[str, str]) -> None:
    servers.manage(variables, "migrate", "-v", "0")
    servers.manage(variables, "grant_app_role", "-v", "0")
    os.environ.update(variables | {"USE_OWNER_ROLE": "1"})
    import django  # noqa: PLC0415 -- its settings come from the environment made just above

    django.setup()


def new_campaign(count: int) -> Any:
    """A structure of its own, so many companies, and a letter queued to each."""
    from django.db import connection  # noqa: PLC0415 -- once Django is set up
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Structure  # noqa: PLC0415
    from campaigns.actions.outbox import queue_messages  # noqa: PLC0415
    from campaigns.enums import CampaignState, Channel, LetterKind, Step  # noqa: PLC0415
    from campaigns.models import (  # noqa: PLC0415
        Campaign,
        LetterTemplate,
        LetterVersion,
        Recipient,
        SendingSettings,
    )
    from companies.models import Company, Contact  # noqa: PLC0415
    from core.scope import structure_scope  # noqa: PLC0415

    now = timezone.now()
    structure = Structure.objects.create(name=f"{NAME} {now:%d/%m/%Y %H:%M:%S.%f}", city="Le Blanc")
    with structure_scope([structure.pk]):
        SendingSettings.objects.create(structure=structure, per_minute=6000, per_domain_per_minute=6000)
        template = LetterTemplate.objects.create(structure=structure, name="Lettre", kind=LetterKind.LETTER, version=1)
        letter = LetterVersion.objects.create(
            structure=structure,
            template=template,
            number=1,
            subject="Un pacte pour les jeunes",
            headline="Ouvrons ensemble des portes aux jeunes",
            body="{civilite},\n\n{entreprise} fait partie de nos partenaires.\n\nRépondez ici\u00a0: {lien}",
            closing="Nous vous remercions.",
            signatory="Claire Fontaine",
            created_at=now,
        )
        campaign = Campaign.objects.create(
            structure=structure,
            name="Banc d’essai",
            letter=letter,
            state=CampaignState.RUNNING,
            state_since=now,
            launched_at=now,
            answer_by=(now + dt.timedelta(days=30)).date(),
        )
        companies = Company.objects.bulk_create(
            [Company(structure=structure, legal_name=f"Entreprise {rank}", city="Rosnay") for rank in range(count)]
        )
        contacts = Contact.objects.bulk_create(
            [
                Contact(
                    structure=structure,
                    company=company,
                    last_name=f"Nom{rank}",
                    email=f"contact{rank}@entreprise{rank % 40}.example",
                )
                for rank, company in enumerate(companies)
            ]
        )
        # As in a structure that has had them for some time: what is queued below has no statistics yet.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE companies_company, companies_contact")
        recipients = Recipient.objects.bulk_create(
            [
                Recipient(
                    structure=structure,
                    campaign=campaign,
                    company=contact.company,
                    contact=contact,
                    email=contact.email,
                    channel=Channel.EMAIL,
                    state_since=now,
                )
                for contact in contacts
            ]
        )
        queue_messages(
            campaign=campaign,
            recipients=recipients,
            step=Step.LETTER,
            text_of=lambda recipient: letter,
            not_before=now,
            now=now,
        )
    return structure


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    port = state.free_port()
    child = subprocess.Popen([sys.executable, "-m", "config.local.mail_sink", str(port), str(folder)], cwd=state.ROOT)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                smtplib.SMTP(HOST, port, timeout=5).quit()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        child.terminate()
        child.wait(10)


@dataclass
class Rate:
    """Messages a second."""

    bare: float
    product: float

    @property
    def ratio(self) -> float:
        return self.product / self.bare


def rate(count: int = RATE_COUNT) -> Rate:
    """Turn by turn, so that what else the machine does weighs on both; the middle of each."""
    with tempfile.TemporaryDirectory() as folder, sink(Path(folder)) as port:
        product, bare = [], []
        for _ in range(ROUNDS):
            product.append(count / _seconds_of_product(count, port))
            files = sorted(Path(folder).glob("*.eml"))[-count:]
            bare.append(count / _seconds_of_bare(files, port))
    return Rate(statistics.median(bare), statistics.median(product))


def _seconds_of_product(count: int, port: int) -> float:
    """From the queue to the timeline: claimed, written, handed over, told; with the application's own role."""
    from django.conf import settings  # noqa: PLC0415 -- once Django is set up
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from campaigns.actions.sending import send_outbox  # noqa: PLC0415
    from campaigns.tasks import LANES  # noqa: PLC0415

    structure = new_campaign(count)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    plain, owner = urlsplit(os.environ["DATABASE_URL"]), {**connection.settings_dict}
    # As the worker connects; each lane opens a connection of its own with it.
    connection.close()
    connection.settings_dict.update(USER=plain.username, PASSWORD=plain.password)
    started = time.perf_counter()
    sent = send_outbox(structure=structure, clock=timezone.now, seconds=600, lanes=LANES)
    seconds = time.perf_counter() - started
    connection.close()
    connection.settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
    if sent != count:
        raise LocalError(f"{sent} messages left, {count} were to leave.")
    return seconds


def _seconds_of_bare(files: list[Path], port: int) -> float:
    """The same bytes to the same people, on one connection, and nothing else."""
    contents = [path.read_bytes() for path in files]
    addresses = [str(message_from_bytes(content)["To"]) for content in contents]
    server = smtplib.SMTP(HOST, port, timeout=20)
    started = time.perf_counter()
    for content, address in zip(contents, addresses, strict=True):
        server.sendmail("pacte@banc.example", [address], content)
    seconds = time.perf_counter() - started
    server.quit()
    return seconds


def killed(variables: dict[str, str], count: int, kills: int) -> list[str]:
    from benchmarks.killing import Trial  # noqa: PLC0415 -- once Django is set up

    structure = new_campaign(count)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "DATABASE_URL": variables["DATABASE_URL"],
            "REDIS_URL": variables["REDIS_URL"],
        }
        outcome = Trial(structure, environment, Path(folder), patience=300).run(kills=kills)
    verdict = "held" if not outcome.lost and not outcome.twice and outcome.states == {"sent": count} else "missed"
    return [
        f"{count:,} recipients, {kills} `kill -9` of the whole worker, two beats, one of them killed and started again:"
        f" {outcome.lost} lost, {outcome.twice} sent twice (goal 0 and 0: {verdict}), in {outcome.seconds:.0f} s;"
        f" {outcome.uncertain} were uncertain, of which the server's log settled {outcome.found} as sent and"
        f" {outcome.queued_again} as not.",
    ]


def report(variables: dict[str, str], *, count: int = 2000, kills: int = 20, rate_only: bool = False) -> str:
    found = rate()
    verdict = "held" if found.ratio >= 0.5 else "missed"
    lines = [
        f"{found.product:.0f} e-mails a second, from the queue to the timeline (written, « sending » committed before,"
        f" the answer after, told); {found.bare:.0f} by a bare `smtplib` loop with the same bytes on the same server:"
        f" {found.ratio:.2f} of it (goal 0.50: {verdict}).",
    ]
    if not rate_only:
        lines += ["", *killed(variables, count, kills)]
    return "\n".join(lines)


def write(text: str) -> None:
    """Replace what stands between the two marks of docs/benchmarks.md."""
    path = state.ROOT / "docs" / "benchmarks.md"
    head, rest = path.read_text().split(START)
    path.write_text(f"{head}{START}{text}{END}{rest.split(END, 1)[1]}")


def main(given: argparse.Namespace) -> None:
    state.remove_state(SERVERS)
    found = servers.started(SERVERS)
    try:
        variables = servers.environment(found)
        prepared(variables)
        text = report(variables, count=given.count, kills=given.kills, rate_only=given.rate_only)
        print(text)
        if given.write:
            write(text)
    finally:
        found.stop()


if __name__ == "__main__":
    try:
        main(arguments())
    except LocalError as error:
        sys.exit(str(error))
