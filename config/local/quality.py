"""What is checked before the tests: style, templates, types, layers, migrations. Stops at the first fault."""

import subprocess
import sys
from pathlib import Path

from config.local import state
from config.local.problems import LocalError

BIN = Path(sys.executable).parent
PYTHON = sys.executable
CHECKS: list[tuple[str, list[str]]] = [
    ("ruff check", [f"{BIN}/ruff", "check", "--quiet", "."]),
    ("ruff format", [f"{BIN}/ruff", "format", "--quiet", "--check", "."]),
    # Linted, not reformatted: djlint breaks lines inside values (href, attributes) and unindents our own block tags.
    ("djlint", [f"{BIN}/djlint", "--lint", "templates"]),
    ("import layers", [f"{BIN}/lint-imports", "--no-cache"]),
    ("mypy", [f"{BIN}/mypy", "--no-error-summary", "."]),
    ("Django's checks and the line of migrations", [PYTHON, "manage.py", "check", "--fail-level", "WARNING"]),
    ("missing migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"]),
]


def main() -> None:
    for name, command in CHECKS:
        result = subprocess.run(
            command, cwd=state.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if result.returncode:
            print(result.stdout)
            raise LocalError(f"Quality: {name} found a fault (make fix mends style).")
        print(f"quality: {name} ✓", flush=True)


if __name__ == "__main__":
    try:
        main()
    except LocalError as error:
        sys.exit(str(error))
