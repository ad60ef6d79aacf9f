"""`web/responses.py` is the one maker of answers and of `Link` headers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SERVE = Path(__file__).parents[2] / "server" / "renkei" / "serve"
MAKER = SERVE / "web" / "responses.py"
OTHERS = sorted(path for path in SERVE.rglob("*.py") if path != MAKER)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.relative_to(SERVE).as_posix())
def test_nothing_else_makes_an_answer_or_writes_a_link(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += [node.lineno] if node.func.id in ("Response", "make_response") else []
        if isinstance(node, ast.Assign):
            found += [node.lineno for target in node.targets if _is_link(target)]

    assert found == []


def _is_link(target: ast.expr) -> bool:
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value == "Link"
    )
