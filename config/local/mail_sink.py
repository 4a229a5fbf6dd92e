"""A mail server that sends nothing on: each message it takes becomes a file, and a line of its log.

    .venv/bin/python -m config.local.mail_sink 2525 .local/mail [--seconds-each 0.02]

`messages.log` is what a relay's log is: one line a message, with its Message-ID, once it has been answered for.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LOG = "messages.log"
LARGEST = 20_000_000
_UNSAFE = re.compile(r"[^\w.@+-]+")


class Sink:
    def __init__(self, folder: Path, seconds_each: float = 0.0) -> None:
        self.folder, self.seconds_each, self.count = folder, seconds_each, 0
        folder.mkdir(parents=True, exist_ok=True)
        # One write a line, so that whoever reads it meanwhile reads whole lines.
        self.log = (folder / LOG).open("a", buffering=1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        """The file and the line are there before the sender is told so."""
        message = message_from_bytes(envelope.content or b"")
        self.count += 1
        path = self.folder / self._name(envelope)
        path.write_bytes(envelope.content or b"")
        self.log.write(
            f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {_one_line(message)} status=sent {path.name}\n"
        )
        if self.seconds_each:
            await asyncio.sleep(self.seconds_each)
        return "250 2.0.0 kept in a file"

    def _name(self, envelope: Envelope) -> str:
        to = _UNSAFE.sub("_", ", ".join(envelope.rcpt_tos))[:80]
        return f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{os.getpid()}-{self.count:05d}-{to}.eml"


def _one_line(message: Message) -> str:
    return "message-id=" + " ".join(str(message["Message-ID"] or "<none>").split())


async def serve(port: int, sink: Sink) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, ident="trait-union", data_size_limit=LARGEST, enable_SMTPUTF8=True, loop=loop), HOST, port
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m config.local.mail_sink")
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds-each", type=float, default=0.0)
    given = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(serve(given.port, Sink(given.folder, given.seconds_each)))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
