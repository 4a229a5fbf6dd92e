"""A real mail server on 127.0.0.1 that takes messages, and misbehaves when told to."""

import asyncio
import email
import email.policy
import threading
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class SmtpSink:
    """`faults`: {stage ("greeting", "mail", "rcpt", "data"): an answer, "hang", "cut" or "cut once taken"}.

    `faults_of`: the same for one address alone. `taken`: what it answers for, in order; `asked`: who was named to it.
    """

    faults: dict[str, str] = field(default_factory=dict)
    faults_of: dict[str, dict[str, str]] = field(default_factory=dict)
    taken: list[email.message.EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    hang_seconds: float = 60
    # Once there is one, whoever speaks gives it first.
    password: str = ""

    def __enter__(self):
        self._closing = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(self._loop.create_server(self._protocol, "127.0.0.1", 0))
        return self

    def __exit__(self, *problem):
        self._closing.set()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _end(self):
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _protocol(self):
        self.connections += 1
        greeting = self.faults.get("greeting")
        if greeting:
            return _Unwelcoming(greeting)
        asked = {"authenticator": self._lets_in, "auth_required": True, "auth_require_tls": False}
        return SMTP(self, ident="test", enable_SMTPUTF8=True, loop=self._loop, **(asked if self.password else {}))

    def _lets_in(self, server, session, envelope, mechanism, given):
        return AuthResult(success=given.password == self.password.encode(), handled=False)

    @property
    def port(self):
        return self._server.sockets[0].getsockname()[1]

    @property
    def recipients(self):
        return [message["To"] for message in self.taken]

    def fault(self, stage, address=""):
        return self.faults_of.get(address, {}).get(stage) or self.faults.get(stage, "")

    # --- what aiosmtpd calls ---
    async def handle_MAIL(self, server, session, envelope, address, options):
        if fault := self.fault("mail", address):
            return await self._misbehave(server, fault)
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked.append(address)
        if fault := self.fault("rcpt", address):
            return await self._misbehave(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        fault = self.fault("data", envelope.rcpt_tos[0])
        if not fault or fault == "cut once taken":
            self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if fault:
            return await self._misbehave(server, "cut" if fault == "cut once taken" else fault)
        return "250 2.0.0 queued"

    async def _misbehave(self, server, fault):
        if fault == "cut":
            server.transport.abort()
            await asyncio.sleep(60)  # aiosmtpd ends the session itself
        if fault == "hang":
            for _ in range(int(self.hang_seconds * 20)):
                if self._closing.is_set():
                    break
                await asyncio.sleep(0.05)
            return "451 4.3.0 too late"
        return fault


class _Unwelcoming(asyncio.Protocol):
    """Greets with an answer that is no welcome, or says nothing at all (« hang »)."""

    def __init__(self, greeting):
        self.greeting = greeting

    def connection_made(self, transport):
        if self.greeting != "hang":
            transport.write(f"{self.greeting}\r\n".encode())
            transport.close()
