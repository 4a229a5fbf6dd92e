"""The local servers and the supervisor: what can be decided without starting anything."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.local import demo, postgres, run, servers, state, test
from config.local.problems import LocalError


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_require_port_names_the_way_out(taken_port: int):
    with pytest.raises(LocalError, match=rf"listens on 127\.0\.0\.1:{taken_port}: .*make demo PORT={taken_port + 1}"):
        demo.require_port(taken_port, patience=0)


def test_require_port_accepts_a_free_one():
    demo.require_port(state.free_port(), patience=0)


def test_command_line_tells_a_running_process_from_a_reused_number():
    assert "pytest" in state.command_line(os.getpid()) or "python" in state.command_line(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert state.command_line(ended.pid) == ""


def test_see_off_orphans_waits_for_what_is_ending():
    check = (
        "import subprocess, sys; from config.local import state;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.3)']); state.see_off_orphans();"
        "print(len(__import__('psutil').Process().children()))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "0\n"


def test_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path):
    first = state.secret(tmp_path / "password")
    assert len(first) >= 32
    assert state.secret(tmp_path / "password") == first
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600


def test_root_keeps_server_files_where_nobody_can_read_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(state, "SYSTEM_STATE", tmp_path / "system")
    monkeypatch.setattr(state, "LOCAL", tmp_path / "checkout")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert state.state_directory("demo").is_relative_to(tmp_path / "system")
    assert state.server_user() == "nobody"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert state.state_directory("demo") == tmp_path / "checkout" / "demo"
    assert state.server_user() is None


def test_named_servers_of_the_person_are_used_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(state, "SYSTEM_STATE", tmp_path)
    monkeypatch.setattr(state, "LOCAL", tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/x")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@db/x")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    mine = servers.Servers.named("never", durable=False)
    mine.start()
    assert mine.environment() == {"APP_DATABASE_ROLE": "app", "DATABASE_OWNER_URL": "postgres://owner@db/x"}
    assert mine.dead() is None


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([".venv/bin/pytest", "-q"], ("config.settings.test", "1", "test_trait_union_42")),
        (["python", "-m", "pytest"], ("config.settings.test", "1", "test_trait_union_42")),
        (["python", "manage.py", "migrate"], ("config.settings.demo", "1", None)),
        (["python", "manage.py", "makemigrations"], ("config.settings.test", "1", None)),
        (["python", "manage.py", "runserver"], ("config.settings.demo", "0", None)),
        (["celery", "-A", "config", "worker"], ("config.settings.demo", "0", None)),
    ],
)
def test_command_environment_follows_the_command(command: list[str], expected: tuple[str, str, str | None]):
    found = run.command_environment(command, 42, {"DJANGO_SETTINGS_MODULE": "config.settings.base"})
    assert (
        *[found["DJANGO_SETTINGS_MODULE"], found["USE_OWNER_ROLE"]],
        found.get("TEST_DATABASE_NAME"),
    ) == expected


def test_command_environment_leaves_what_the_person_chose():
    given = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "USE_OWNER_ROLE": "0", "TEST_DATABASE_NAME": "mine"}
    assert run.command_environment(["pytest"], 42, given) == given


def test_commands_are_separated_by_two_dashes():
    assert test.split(["a", "b", "--", "c", "--"]) == [["a", "b"], ["c"]]


def test_tree_digest_changes_with_a_file(tmp_path: Path):
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/a.js").write_text("a")
    (tmp_path / "lock").write_text("a")
    before = state.tree_digest(tmp_path / "static", tmp_path / "lock")
    (tmp_path / "static/a.pyc").write_text("compiled")
    assert state.tree_digest(tmp_path / "static", tmp_path / "lock") == before
    (tmp_path / "static/js/a.js").write_text("ab")
    assert state.tree_digest(tmp_path / "static", tmp_path / "lock") != before


def test_last_lines_of_a_log_that_does_not_exist(tmp_path: Path):
    assert demo.last_lines(tmp_path / "none.log") == ""
    (tmp_path / "some.log").write_text("\n".join("abc"))
    assert demo.last_lines(tmp_path / "some.log", 2) == "b\nc"


def test_a_child_that_ends_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(demo, "LOGS", tmp_path)
    (tmp_path / "worker.log").write_text("the reason\n")
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    child.wait()
    supervisor = demo.Supervisor(8000, servers.Servers(None, None), {}, {"worker": child})
    with pytest.raises(LocalError, match=r"the reason\nThe worker process ended by itself \(status 3\)"):
        supervisor.check()


def test_banner_gives_the_address_and_the_accounts():
    said = demo.banner(8001, "claire@demo.test  motdepasse")
    assert "http://127.0.0.1:8001/" in said
    assert "claire@demo.test" in said


def test_a_database_of_another_user_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(LocalError, match=rf"belongs to another user: .*sudo rm -rf {tmp_path}/postgres"):
        postgres.Postgres(tmp_path, durable=True).start()


def test_stop_ends_even_when_a_wait_was_broken_into(monkeypatch):
    """Ctrl-C in the midst of a poll leaves the child's lock taken: the stop must not wait for it."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    child._waitpid_lock.acquire()
    monkeypatch.setattr(state, "see_off_orphans", lambda: None)
    supervisor = demo.Supervisor(0, servers.Servers(None, None), {})
    supervisor.children["web"] = child
    stopping = threading.Thread(target=supervisor.stop, daemon=True)
    stopping.start()
    stopping.join(demo.STOP_SECONDS + 4)
    assert not stopping.is_alive()
