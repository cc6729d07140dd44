"""Which small changes of code the tests are held against."""

from __future__ import annotations

from pathlib import Path

from bench.mutants.changes import Source

CODE = """\
def f(a: int, b: list[int]) -> int:
    if not b or a < 1:
        return 2
    return [x for x in b if x][0] if a is not None else 0
"""

CHANGES = [
    (2, "    if b or a < 1:"),
    (2, "    if not b and a < 1:"),
    (2, "    if not b or a <= 1:"),
    (2, "    if not b or a < 2:"),
    (3, "        return 3"),
    (4, "    return [x for x in b if not (x)][0] if a is not None else 0"),
    (4, "    return [x for x in b if x][1] if a is not None else 0"),
    (4, "    return [x for x in b if x][0] if a is None else 0"),
    (4, "    return [x for x in b if x][0] if a is not None else 1"),
]


def test_comparisons_conditions_and_numbers_are_changed_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(CODE)
    source = Source(tmp_path, Path("f.py"))
    mutants = [source.mutant(number) for number in range(len(source))]
    lines = CODE.splitlines()
    found = []
    for mutant in mutants:
        changed = mutant.code.splitlines()
        [line] = [n for n, (a, b) in enumerate(zip(lines, changed, strict=True)) if a != b]
        assert mutant.line == line + 1
        assert mutant.diff == f"-{lines[line]}\n+{changed[line]}"
        found.append((mutant.line, changed[line]))
    assert sorted(found) == sorted(CHANGES)
