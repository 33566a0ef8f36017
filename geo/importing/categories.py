"""Categories from a file: the values of a column, told apart by symbol and colour.

A category that exists is found again by the words that tables use for it, by its label
or by its id: what people changed of it stays. New words get the symbols and colours that
are left, the most frequent first; there are as many categories as there are symbols.
Rarer words come under ``other``, and the caller keeps the column as an own field.

Whether a new category is about people cannot be known. It is taken as if it were, which
is the safe side: nothing of it is placed exactly at a dwelling. No record is refused for
that, since what names a dwelling is made coarser instead
(:func:`geo.importing.withheld.dwellings`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from geo.importing.cells import (
    cut,
    examples_of,
    line_of,
    map_distinct,
    rows_where,
    says_nothing,
)
from geo.importing.remarks import Remark
from geo.model.ids import slug
from geo.model.palette import OTHER_MARK, PALETTE, Mark
from geo.model.vocabulary import Category, Vocabulary

OTHER: Final = "other"
_OTHER_LABEL: Final = "Other"
_LONGEST_LABEL: Final = 60
_LONGEST_WORD: Final = 200
#: Above this share under "Other" another column is likely the better one.
_MANY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Categories:
    """What became of a column of categories.

    Parameters
    ----------
    ids
        The category of each record.
    vocabulary
        Those that there were, as they were, and the new ones behind them.
    remarks
        What is to be said.
    """

    ids: pd.Series[Any]
    vocabulary: Vocabulary
    remarks: list[Remark]


def categorise(
    values: pd.Series[Any], vocabulary: Vocabulary, *, default_label: str
) -> Categories:
    """Make categories of the values of a column.

    Parameters
    ----------
    values
        Cells; the index is the number of the record in the file. An empty column
        gives the vocabulary back.
    vocabulary
        The categories that there are; may be empty.
    default_label
        What a record is called whose cell is blank: "Incident".

    Returns
    -------
    Categories
        Words that differ in case, spaces or underscores only are one category, with the
        label of the commonest spelling.
    """
    words = map_distinct(values, _word)
    filled = words.where(words != "", cut(default_label, _LONGEST_LABEL))
    keys = map_distinct(filled, _key)
    counts = Counter(keys)
    spellings = _spellings(filled, keys)
    known = {key: id_ for id_, key in _known_keys(vocabulary)}
    new = sorted(
        (key for key in counts if key not in known), key=lambda key: -counts[key]
    )
    made, rest = _new_categories(new, spellings, vocabulary)
    ids = known | {key: category.id for key, category in made.items()}
    ids |= dict.fromkeys(rest, OTHER)
    categories = {
        id_: _with_words(category, spellings, known)
        for id_, category in vocabulary.categories.items()
    }
    categories |= {category.id: category for category in made.values()}
    if rest and OTHER not in categories:
        categories[OTHER] = _other(categories.values())
    return Categories(
        map_distinct(keys, ids.__getitem__),
        Vocabulary(categories),
        list(
            _remarks(
                values, words, keys, made=made, rest=rest, default_label=default_label
            )
        ),
    )


def _word(value: object) -> str:
    """Return a cell as the word that it uses for a category; "" if blank."""
    word = line_of(", ".join(map(line_of, value)) if isinstance(value, list) else value)
    return "" if says_nothing(word) else cut(word, _LONGEST_WORD)


def _key(word: str) -> str:
    """Return what makes words one category: "Debris_Flow" and "debris flow" are."""
    return " ".join(word.casefold().replace("_", " ").split()).strip(" .,;:")


def _spellings(words: pd.Series[Any], keys: pd.Series[Any]) -> dict[str, list[str]]:
    """Return how each key is spelled, the commonest first."""
    spelled: dict[str, Counter[str]] = {}
    for word, count in Counter(words).items():
        spelled.setdefault(_key(word), Counter())[word] += count
    return {
        key: [word for word, _ in spelled[key].most_common()] for key in keys.unique()
    }


def _known_keys(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Go through ids and keys; words of tables come last, and so decide."""
    for category in reversed(tuple(vocabulary)):
        yield category.id, _key(category.id)
    for category in reversed(tuple(vocabulary)):
        yield category.id, _key(category.label)
    for category in reversed(tuple(vocabulary)):
        yield from ((category.id, _key(word)) for word in category.words)


def _new_categories(
    keys: list[str], spellings: Mapping[str, list[str]], vocabulary: Vocabulary
) -> tuple[dict[str, Category], list[str]]:
    """Return a category for each key that there is a mark for, and the other keys."""
    marks = _free_marks(vocabulary)
    ids = set(vocabulary.ids())
    made: dict[str, Category] = {}
    rest: list[str] = []
    for key in keys:
        if key == OTHER:
            rest.append(key)
            continue
        mark = next(marks, None)
        if mark is None:
            rest.append(key)
            continue
        words = tuple(spellings[key])
        label = cut(_readable(words[0]), _LONGEST_LABEL)
        # No id is another word of the table, which would be this one the next time.
        taken = ids if slug(key, _LONGEST_LABEL) == key else ids.union(keys)
        id_ = _free_id(slug(key, _LONGEST_LABEL), taken)
        ids.add(id_)
        definition = f'Records that the file calls "{label}".'
        made[key] = Category(
            id_, label, definition, mark.color, mark.symbol, words=words
        )
    return made, rest


def _readable(word: str) -> str:
    """Return a word of a table as a label: "Debris_Flow" and "debris flow" read alike."""
    spaced = word.replace("_", " ").strip() or word
    is_code = spaced.isupper() or any(char.isdigit() for char in spaced)
    return spaced if is_code else spaced[:1].upper() + spaced[1:]


def _free_marks(vocabulary: Vocabulary) -> Iterator[Mark]:
    """Go through the marks that no category has, as many as there is room for."""
    symbols = {category.symbol for category in vocabulary}
    used = {category.color.lower() for category in vocabulary}
    free = [mark.symbol for mark in PALETTE if mark.symbol not in symbols]
    colors = [mark.color for mark in PALETTE]
    unused = [color for color in colors if color not in used]
    own = sum(category.id != OTHER for category in vocabulary)
    for symbol, color in zip(
        free[: max(0, len(PALETTE) - own)], [*unused, *colors], strict=False
    ):
        yield Mark(color, symbol)


def _free_id(wanted: str, ids: set[str]) -> str:
    base = wanted if wanted and wanted != OTHER else f"{wanted or 'category'}-1"
    free, number = base, 2
    while free in ids:
        free, number = f"{base}-{number}", number + 1
    return free


def _other(categories: Iterable[Category]) -> Category:
    """Return the category of what has none of its own."""
    used = {category.symbol for category in categories}
    symbols = (OTHER_MARK.symbol, *(mark.symbol for mark in PALETTE))
    # Where every symbol is taken, its grey has to tell it apart.
    symbol = next((one for one in symbols if one not in used), OTHER_MARK.symbol)
    definition = "Records whose own category is rare; each record names it."
    return Category(OTHER, _OTHER_LABEL, definition, OTHER_MARK.color, symbol)


def _with_words(
    category: Category, spellings: Mapping[str, list[str]], known: Mapping[str, str]
) -> Category:
    """Return a category with the words by which a table has just been matched to it."""
    new = [
        word
        for key, words in spellings.items()
        if known.get(key) == category.id
        for word in words
        if _key(word) not in map(_key, category.words)
    ]
    return replace(category, words=(*category.words, *new)) if new else category


def _remarks(  # noqa: PLR0913 - what is said of is made of all of them
    values: pd.Series[Any],
    words: pd.Series[Any],
    keys: pd.Series[Any],
    *,
    made: Mapping[str, Category],
    rest: list[str],
    default_label: str,
) -> Iterator[Remark]:
    column = values.name if values.name is not None else "category"
    blank = words == ""
    if blank.any() and not blank.all():
        message = (
            f"{column!r} is empty in some records; they are called {default_label!r}."
        )
        yield Remark("category.empty", message, rows_where(blank))
    rare = [key for key in rest if key != OTHER]
    if rare:
        is_rare = keys.isin(rare)
        message = (
            f"{column!r} has more values than symbols can tell apart; the {len(rare)} "
            "rarest are under 'Other', and each record keeps its own word."
        )
        remedy = (
            "To put a word under another category, write it among that category's "
            "'words' in categories.json."
        )
        if is_rare.mean() > _MANY:
            remedy = (
                f"Most records are there: choose a column with fewer values. {remedy}"
            )
        rows = rows_where(is_rare)
        shown = examples_of(words[is_rare])
        yield Remark("category.other", message, rows, shown, remedy)
    if made and not blank.all():
        labels = [category.label for category in made.values()]
        message = f"{column!r} gave new categories: {', '.join(labels)}."
        remedy = (
            "Labels, colours and symbols can be changed in categories.json; write "
            '"against_people": false there for what cannot hurt anybody.'
        )
        yield Remark("category.new", message, (), tuple(labels[:3]), remedy)
