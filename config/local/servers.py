"""PostgreSQL and Valkey together, and the environment that leads the product to them."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.local import state
from config.local.postgres import APP, OWNER, Postgres
from config.local.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """What this project started of its own; a server named by the person's environment is theirs, left alone."""

    postgres: Postgres | None
    valkey: Valkey | None

    @classmethod
    def named(cls, name: str, *, durable: bool) -> "Servers":
        folder = state.state_directory(name)
        return cls(
            postgres=None if os.environ.get("DATABASE_URL") else Postgres(folder, durable),
            valkey=None if os.environ.get("REDIS_URL") else Valkey(folder, durable),
        )

    def start(self) -> None:
        for server in (self.postgres, self.valkey):
            if server:
                server.start()

    def stop(self) -> None:
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()

    def environment(self, redis_database: int = 0) -> dict[str, str]:
        """`DATABASE_URL` (plain role), `DATABASE_OWNER_URL` (set-up commands), `REDIS_URL`."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url(APP)
            found["DATABASE_OWNER_URL"] = self.postgres.url(OWNER)
        else:
            found["APP_DATABASE_ROLE"] = urlsplit(os.environ["DATABASE_URL"]).username or APP
            found["DATABASE_OWNER_URL"] = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        if self.valkey:
            found["REDIS_URL"] = self.valkey.url(redis_database)
        return found

    def dead(self) -> str | None:
        """The name of a server of ours that does not run any more."""
        for name, server in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
            if server and server.pid() is None:
                return name
        return None
