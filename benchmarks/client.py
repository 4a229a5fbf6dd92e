"""One person at her screen: a kept-alive connection, cookies, gzip, and a clock."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from statistics import quantiles
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """`weight`: bytes on the wire, body alone. `milliseconds`: from the first byte sent to the last received."""

    status: int
    body: str
    weight: int
    milliseconds: float
    location: str = ""


@dataclass
class Client:
    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, None, headers)

    def post(self, path: str, values: dict[str, str], **headers: str) -> Answer:
        given = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.cookies.get("tu_csrf", "")}
        return self._send("POST", path, urlencode(values).encode(), given | headers)

    def sign_in(self, path: str, email: str, password: str) -> None:
        token = TOKEN.search(self.get(path).body)
        values = {"login": email, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = self.post(path, values)
        if answer.status != 302:
            raise SystemExit(f"Signing in answered {answer.status}: {answer.body[:500]}")

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = self.connection or http.client.HTTPConnection(self.host, self.port, timeout=60)
        self.connection = connection
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = f"http://{self.host}:{self.port}"
        sent = {"Accept-Encoding": "gzip", "Cookie": cookie, "Referer": origin + "/", "Origin": origin} | headers
        start = time.perf_counter()
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        raw = response.read()
        milliseconds = (time.perf_counter() - start) * 1000
        for value in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
        text = gzip.decompress(raw) if response.headers.get("Content-Encoding") == "gzip" else raw
        return Answer(
            response.status,
            text.decode("utf-8", "replace"),
            len(raw),
            milliseconds,
            response.headers.get("Location", ""),
        )


@dataclass
class Measure:
    """Milliseconds of one thing asked many times."""

    name: str
    goal: float | None
    milliseconds: list[float] = field(default_factory=list)
    fault: str = ""

    @property
    def cuts(self) -> list[float]:
        return quantiles(self.milliseconds, n=100, method="inclusive")

    @property
    def is_missed(self) -> bool:
        return bool(self.fault) or (self.goal is not None and self.cuts[94] > self.goal)

    def row(self) -> str:
        if self.fault:
            return f"| {self.name} | | | | {self.goal or ''} | {self.fault} |"
        verdict = "" if self.goal is None else ("missed" if self.is_missed else "held")
        p50, p95, p99 = (f"{self.cuts[rank]:.0f}" for rank in (49, 94, 98))
        return f"| {self.name} | {p50} | {p95} | {p99} | {self.goal or ''} | {verdict} |"
