"""In a view, rows come through one door."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VIEWS = sorted(
    path
    for app in ("accounts", "campaigns", "companies", "core", "dashboards", "opportunities", "youth")
    for path in (ROOT / app / "views").rglob("*.py")
)
DOORS = {"visible_to", "presented_to", "binned_for"}
# Public referentials belong to no structure; an invitation is found by its key.
OPEN_MODELS = {"Municipality", "Activity", "Occupation", "StructureGroup"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def first_calls(tree: ast.AST) -> list[tuple[str, str, int]]:
    """(model, method, line) of each `Model.objects.method`."""
    return [
        (node.value.value.id, node.attr, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and isinstance(node.value.value, ast.Name)
    ]


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_rows_come_through_visible_to(path):
    wrong = [
        f"{model}.objects.{method} (line {line})"
        for model, method, line in first_calls(ast.parse(path.read_text()))
        if method not in DOORS and model not in OPEN_MODELS and method != "present"
    ]
    assert wrong == []
