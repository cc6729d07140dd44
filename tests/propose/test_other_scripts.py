"""Names of other languages and scripts: readable, told apart, and understood where a word is
known."""

from __future__ import annotations

from datetime import date, timedelta

from medallion_core.model import Aggregation, Design, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

DAYS: list[Scalar | None] = [date(2024, 1, 1) + timedelta(days=n) for n in range(90)]
AMOUNTS: list[Scalar | None] = [n * 1.25 for n in range(90)]


def proposed(tables: dict[str, dict[str, list[Scalar | None]]]) -> Design:
    memory = Memory(tables)
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def test_german_tables_keep_their_words_and_their_reference() -> None:
    design = proposed(
        {
            "Kunden": {
                "Kunden-Nr": list(range(1, 10)),
                "Straße": [f"Weg {n}" for n in range(9)],
                "Größe": [n / 2 for n in range(9)],
            },
            "Verkäufe": {
                "Verkaufs-Nr": list(range(90)),
                "Kunden-Nr": [n % 9 + 1 for n in range(90)],
                "Betrag (€)": AMOUNTS,
                "Datum": DAYS,
            },
        }
    )
    assert [entity.name for entity in design.entities] == ["kunden", "verkaufe"]
    (reference,) = design.references
    assert (reference.columns, reference.parent) == (("kunden_nr",), "kunden")
    (fact,) = design.star.facts
    assert [(m.name, m.aggregation) for m in fact.measures] == [("betrag_eur", Aggregation.SUM)]
    assert [role.column for role in fact.dates] == ["datum"]


def test_other_scripts_are_written_in_letters() -> None:
    design = proposed(
        {
            "продажи": {"код": list(range(90)), "сумма": AMOUNTS, "дата": DAYS},
            "顧客": {"顧客番号": list(range(20)), "氏名": [f"n{n}" for n in range(20)]},
            "łódź_søer": {"id": list(range(9)), "ßøł": [f"n{n}" for n in range(9)]},
        }
    )
    names = {entity.name: [c.name for c in entity.columns] for entity in design.entities}
    assert names["prodazhi"] == ["kod", "summa", "data"]
    assert names["lodz_soer"] == ["id", "ssol"]
    assert all(text.isascii() and text[0].isalpha() for text in names)


def test_names_that_read_alike_stay_apart() -> None:
    table: dict[str, list[Scalar | None]] = {"detail_id": list(range(30)), "a.b": AMOUNTS[:30]}
    tables = {name: table | {"a_b": DAYS[:30]} for name in ("a-t", "a t", "a_t")}
    design = proposed(tables)
    assert len({entity.name for entity in design.entities}) == 3
    for entity in design.entities:
        assert [c.name for c in entity.columns] == ["detail_id", "a_b", "a_b_2"]
        assert [c.source for c in entity.columns] == ["detail_id", "a.b", "a_b"]
