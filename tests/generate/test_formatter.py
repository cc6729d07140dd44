"""The formatter: all files in one call, and a file that is not Python keeps to itself."""

from __future__ import annotations

import ast

import pytest

from medallion_core.generate import bundle, generate_bundle
from medallion_core.generate.formatter import format_python
from medallion_core.model import Bundle, Finding
from tests.generate.designs import tpch

UGLY = {"a.py": "x = [ 1,2 ]", "b.py": "# why\nimport a\ndef f ( ) : return   1\n\n\n"}
NEAT = {"a.py": "x = [1, 2]\n", "b.py": "# why\nimport a\n\n\ndef f():\n    return 1\n"}


def _formatted(bundle: Bundle) -> tuple[Bundle, list[str]]:
    """The files, and the paths of those that were refused."""
    refused: list[str] = []
    return format_python(bundle, lambda path, problem: refused.append(path)), refused


def test_all_files_are_formatted_in_one_call_as_each_by_itself() -> None:
    text = {"README.md": "x = [ 1,2 ]"}
    assert _formatted(UGLY | text) == (NEAT | text, [])
    for path in UGLY:
        assert _formatted({path: UGLY[path]}) == ({path: NEAT[path]}, [])
    assert _formatted({}) == ({}, [])


def test_a_file_that_is_no_python_stops_no_other() -> None:
    broken = {"src/silver/class.py": "def class():\n    return ''\n"}
    assert _formatted(UGLY | broken) == (NEAT | broken, list(broken))


@pytest.mark.parametrize(
    ("first", "second"),
    [("x = '''", "'''"), ('x = """', '"""'), ("x = (", ")"), ("x = \\", "1"), ("if x:", "    y"),
     ("@f", "def g(): ..."), ("if x: ...", "else: ..."), ("x = '''", '"""'), ("f'''{", "}'''")],
)  # fmt: skip
def test_files_that_are_python_only_together_are_told_apart(first: str, second: str) -> None:
    halves = {"a.py": first, "b.py": "y = 1\n", "c.py": second}
    formatted, refused = _formatted(halves)
    assert refused == [path for path in ("a.py", "c.py") if not _is_python(halves[path])]
    assert refused
    assert all(formatted[path] == halves[path] for path in ("b.py", *refused))


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_the_finding_names_file_and_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "silver_file", lambda design, entity: f"class {entity.name}")
    found: list[Finding] = []
    written = generate_bundle(tpch(), report=found.append)
    assert [finding.subject for finding in found] == [
        f"src/silver/{entity.name}.py" for entity in tpch().entities
    ]
    assert "The code of silver_region is not Python" in found[0].detail
    assert "quarantine_orders" in found[4].detail
    assert written["src/bronze/region.py"] == generate_bundle(tpch())["src/bronze/region.py"]
