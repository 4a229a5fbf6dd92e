"""The figures of docs/benchmarks.md, measured on this machine.

    .venv/bin/python -m benchmarks [--reload] [--strict] [--write] [--requests 200] [--only TEXT]

`--reload` loads the data set anew, `--strict` ends in error when a goal is missed, `--write` keeps the table in
docs/benchmarks.md, `--only` measures the lines that hold the text. The data set stays from one run to the next.
"""

import argparse
import os
import sys

from benchmarks import servers
from config.local import state
from config.local.problems import LocalError


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--reload", action="store_true")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--only", default="")
    return parser.parse_args()


def main(given: argparse.Namespace) -> int:
    if given.reload:
        found = servers.started()
        found.stop()
        state.remove_state(servers.NAME)
    found = servers.started()
    variables = servers.environment(found)
    log = state.LOCAL / "benchmark-web.log"
    try:
        servers.manage(variables, "migrate", "-v", "0")
        servers.manage(variables, "grant_app_role", "-v", "0")
        servers.manage(variables, "collectstatic", "-v", "0", "--noinput")
        os.environ.update(variables | {"USE_OWNER_ROLE": "1"})
        # Django reads its settings from the environment made just above.
        from benchmarks import measures  # noqa: PLC0415

        measures.prepare()
        with servers.served(variables, log) as port:
            report = measures.run(port, requests=given.requests, only=given.only)
        print(report.text)
        if given.write:
            report.write(state.ROOT / "docs" / "benchmarks.md")
        return int(given.strict and report.is_missed)
    finally:
        found.stop()


if __name__ == "__main__":
    try:
        sys.exit(main(arguments()))
    except LocalError as error:
        sys.exit(str(error))
