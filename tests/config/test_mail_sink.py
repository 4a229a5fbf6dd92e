"""The demo's mail server: what it takes is a file, and reaches nobody."""

import smtplib
import subprocess
import sys
import time

from django.conf import settings

from config.local import state
from config.local.mail_sink import LOG


def test_what_is_taken_is_a_file_and_a_line_of_the_log(tmp_path):
    port = state.free_port()
    command = [sys.executable, "-m", "config.local.mail_sink", str(port), str(tmp_path)]
    child = subprocess.Popen(command, cwd=settings.BASE_DIR)
    try:
        server = _connected(port)
        server.sendmail(
            "pacte@val.example",
            ["../../etc/contact@entreprise.example"],
            b"Message-ID: <1.a@b>\r\nSubject: Un pacte\r\n\r\nBonjour\r\n",
        )
        server.quit()
    finally:
        child.terminate()
        child.wait(10)
    (file,) = tmp_path.glob("*.eml")
    assert file.parent == tmp_path
    assert b"Bonjour" in file.read_bytes()
    assert f"message-id=<1.a@b> status=sent {file.name}" in (tmp_path / LOG).read_text()


def _connected(port):
    deadline = time.monotonic() + 30
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
