"""Categories come from the file, and what people changed of them stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.importing.categories import Categories, categorise
from geo.model.symbols import SYMBOLS
from geo.model.vocabulary import Vocabulary, read_vocabulary
from tests.shared import SHARED

NONE = Vocabulary({})
GLC = SHARED / "datasets" / "nasa_glc.csv"


def column(*values: object) -> pd.Series:
    """Return values as a column of a table."""
    return pd.Series(list(values), dtype=object, name="Type")


def made(*values: object, vocabulary: Vocabulary = NONE) -> Categories:
    """Return the categories of a column's values."""
    return categorise(column(*values), vocabulary, default_label="Incident")


def codes(categories: Categories) -> list[str]:
    """Return the codes of what is said."""
    return [remark.code for remark in categories.remarks]


def test_values_become_categories_with_labels_as_written() -> None:
    """Ids are slugs; the most frequent gets the first mark."""
    categories = made("Rock fall", "Mudslide", "Mudslide", "Обвал")

    assert list(categories.ids) == ["rock-fall", "mudslide", "mudslide", "obval"]
    assert categories.vocabulary.ids() == ("mudslide", "rock-fall", "obval")
    assert categories.vocabulary["rock-fall"].label == "Rock fall"
    assert codes(categories) == ["category.new"]


def test_spellings_of_one_word_are_one_category() -> None:
    """Case, spaces and a full stop do not make another."""
    categories = made("Mudslide", "mudslide", "MUDSLIDE.", "Mudslide", " Mudslide\n")

    assert set(categories.ids) == {"mudslide"}
    assert categories.vocabulary["mudslide"].label == "Mudslide"
    assert "MUDSLIDE." in categories.vocabulary["mudslide"].words


def test_words_joined_by_underscores_are_the_same_category() -> None:
    """As one table writes them here and there."""
    categories = made("Vehicle_Accident", "Vehicle_Accident", "Vehicle accident")

    assert set(categories.ids) == {"vehicle-accident"}
    assert categories.vocabulary["vehicle-accident"].label == "Vehicle Accident"


def test_a_blank_cell_is_called_by_default_and_told() -> None:
    """So is what people write for nothing."""
    categories = made("Raid", None, "n/a", float("nan"))

    assert list(categories.ids) == ["raid", "incident", "incident", "incident"]
    assert categories.remarks[0].code == "category.empty"
    assert categories.remarks[0].rows == (1, 2, 3)


def test_a_column_without_any_value_is_one_category_and_nothing_to_tell() -> None:
    """A table without categories has incidents."""
    categories = made(None, None)

    assert list(categories.ids) == ["incident", "incident"]
    assert codes(categories) == []


def test_rare_values_come_under_other() -> None:
    """As many are told apart as there are symbols, the frequent first."""
    values = [f"Kind {n}" for n in range(30) for _ in range(30 - n)]

    categories = made(*values)

    symbols = [category.symbol for category in categories.vocabulary]
    assert sorted(symbols) == sorted(SYMBOLS)
    assert categories.vocabulary.ids()[0] == "kind-0"
    assert categories.vocabulary.ids()[-1] == "other"
    assert categories.ids.iloc[-1] == "other"
    (other, _) = categories.remarks
    assert other.code == "category.other"
    assert len(other.rows) == (categories.ids == "other").sum()


def test_a_column_of_texts_is_told_to_be_the_wrong_one() -> None:
    """Where most are under Other, another column is likelier."""
    (other, _) = made(*(f"Text {n}" for n in range(100))).remarks

    assert "choose a column with fewer values" in other.remedy


def test_the_files_own_other_is_other() -> None:
    """One category of that name is enough."""
    categories = made("Other", "other", "Raid")

    assert list(categories.ids) == ["other", "other", "raid"]
    assert categories.vocabulary["other"].symbol == "ring"


def test_what_people_changed_survives_the_next_import(tmp_path: Path) -> None:
    """Through the file, a renamed and recoloured category is found again."""
    first = made("Mudslide", "Raid").vocabulary
    changed = replace(first["mudslide"], label="Slide of mud", color="#000000")
    path = tmp_path / "categories.json"
    kept = Vocabulary({**first.categories, "mudslide": changed})
    path.write_text(json.dumps(kept.as_json()), encoding="utf-8")

    again = made("Mudslide", "Raid", "New", vocabulary=read_vocabulary(path))

    assert list(again.ids) == ["mudslide", "raid", "new"]
    assert again.vocabulary["mudslide"] == changed
    assert again.vocabulary["new"].symbol not in {changed.symbol, first["raid"].symbol}


def test_a_word_that_people_moved_goes_where_they_moved_it() -> None:
    """The words of tables decide before labels and ids."""
    first = made("Mudslide", "Rock fall").vocabulary
    slide = replace(first["mudslide"], words=("Mudslide", "Rock fall"))
    rock = replace(first["rock-fall"], words=())
    kept = Vocabulary({"rock-fall": rock, "mudslide": slide})

    assert list(made("Rock fall", vocabulary=kept).ids) == ["mudslide"]


def test_a_category_is_found_by_label_and_learns_the_word() -> None:
    """A map's own categories need no words of tables at first."""
    kept = Vocabulary({"raid": replace(made("Raid").vocabulary["raid"], words=())})

    again = made("RAID", vocabulary=kept)

    assert list(again.ids) == ["raid"]
    assert again.vocabulary["raid"].words == ("RAID",)
    assert again.vocabulary["raid"].label == "Raid"


def test_a_new_category_is_on_the_safe_side() -> None:
    """Whether it is about people is not known, so that homes are kept apart."""
    assert made("Raid").vocabulary["raid"].against_people


def test_lists_and_codes_are_words_too() -> None:
    """A number is written as a person would; a list as its parts."""
    categories = made(1.0, 2, ["rain", "flood"])

    labels = [category.label for category in categories.vocabulary]
    assert labels == ["1", "2", "Rain, flood"]


@given(st.lists(st.text(max_size=8), max_size=60))
@example(["", *"012345À", "00", "000", "0000", "A"])
def test_importing_twice_changes_nothing(values: list[str]) -> None:
    """Each record has a category, and the same one the next time."""
    first = made(*values)
    again = made(*values, vocabulary=first.vocabulary)

    assert list(again.ids) == list(first.ids)
    assert again.vocabulary == first.vocabulary
    assert set(first.ids) <= set(first.vocabulary.ids())
    assert len(first.ids) == len(values)


@given(st.lists(st.text(min_size=1, max_size=200), max_size=30))
def test_the_file_that_is_written_reads(values: list[str]) -> None:
    """Whatever the words are, they are good labels and ids."""
    vocabulary = made(*values).vocabulary
    for category in vocabulary:
        assert category.label
        assert len(category.label) <= 60


def test_the_landslides_have_their_kinds() -> None:
    """A real column: few kinds, and some records without one."""
    if not GLC.exists():
        pytest.skip("shared/datasets is not on this machine")
    table = pd.read_csv(GLC, encoding="cp1252", dtype=object)

    categories = categorise(table["landslide_type"], NONE, default_label="Landslide")

    assert categories.vocabulary.ids()[:2] == ("landslide", "mudslide")
    assert (
        "category.other" in codes(categories) or len(categories.vocabulary.ids()) < 12
    )
    assert categories.ids.notna().all()
