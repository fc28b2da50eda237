"""The rules of the house, as checks: the import contracts, and how large a function or a module may grow."""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parent.parent
MODULES = sorted((ROOT / "memsync").rglob("*.py"))
LARGEST_MODULE = 350
LARGEST_FUNCTION = 40
FORBIDDEN_WORDS = ("manager", "handler", "helper", "util", "processor")


def test_import_contracts_hold():
    """Every floor imports only what is below it, and each library lives in its one place."""
    lint = pathlib.Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_is_small(path):
    """No module is longer than 350 lines: a module that does two things is two modules."""
    length = len(path.read_text().splitlines())

    assert length <= LARGEST_MODULE


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's statements, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_are_small(path):
    """No function has more than 40 lines of statements."""
    tree = ast.parse(path.read_text())
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    large = {f.name: lines_of(f) for f in functions if lines_of(f) > LARGEST_FUNCTION}

    assert large == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_names_are_the_vocabulary(path):
    """No class or module is called by a word that says nothing."""
    names = [
        path.stem,
        *(n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ClassDef)),
    ]

    assert [n for n in names if any(word in n.lower() for word in FORBIDDEN_WORDS)] == []
