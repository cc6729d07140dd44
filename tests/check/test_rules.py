"""What is asked of the warehouse before a person's rules get into a design."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from medallion_core.check.rules import check_rules
from medallion_core.errors import MedallionError
from medallion_core.model import Entity, Rule
from medallion_core.workspace import Workspace
from tests.generate.designs import entity

PART = entity("part", {"id": "bigint", "size": "int"}, ("id",))
SIZED = replace(PART.columns[1], source_type="string")


class Warehouse:
    """Refuses a query that names ``nothing``."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, statement: str) -> None:
        self.asked.append(statement)
        if "nothing" in statement:
            raise MedallionError("SQL_FAILED", "There is no column nothing.")


def asked(made: Entity) -> list[str]:
    warehouse = Warehouse()
    check_rules(cast(Workspace, warehouse), made)
    return warehouse.asked


def test_all_rules_are_asked_about_in_one_query_over_the_types_of_silver() -> None:
    rules = (Rule("a", "id > 0 -- positive"), Rule("b", "size < 9 OR size > 10"))
    for made, uncast in ((PART, ""), (replace(PART, columns=(PART.columns[0], SIZED)), "map<")):
        [statement] = asked(replace(made, rules=rules))
        assert "CAST(NULL AS bigint) AS `id`" in statement
        assert "CAST(NULL AS int) AS `size`" in statement
        assert ("CAST(NULL AS map<string,string>) AS `_uncast`" in statement) == bool(uncast)
        assert statement.endswith("WHERE (id > 0) AND (size < 9 OR size > 10)")


def test_a_table_without_rules_is_asked_about_without_a_condition() -> None:
    assert [statement.partition("WHERE ")[2] for statement in asked(PART)] == ["true"]


@pytest.mark.parametrize("condition", ["nothing > 1", "id > (0"])
def test_the_rule_that_is_wrong_is_named(condition: str) -> None:
    rules = (Rule("right", "id > 0"), Rule("wrong", condition))
    with pytest.raises(MedallionError, match="The rule wrong cannot be checked") as raised:
        asked(replace(PART, rules=rules))
    assert raised.value.code == "RULE_INVALID"
