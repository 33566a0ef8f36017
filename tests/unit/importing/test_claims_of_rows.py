"""Statuses of others are read where they are clear, and kept where not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.importing.claims import Claims, read_claims
from geo.model.sources import Source, Sources
from tests.bringing import brought, written

REGISTER = Sources(
    {
        "a": Source("a", "A", "A"),
        "b": Source("b", "B", "B", derived_from="a"),
        "c": Source("c", "C", "C"),
    }
)


def claimed(*status: object, cited: str = "a", **options: object) -> Claims:
    """Return the claims of rows that all cite the same."""
    citations = [[{"source": one} for one in cited]] * len(status)
    return read_claims(
        pd.Series(list(status), dtype=object, name="Status"),
        citations=citations,
        register=REGISTER,
        **options,
    )


def codes(claims: Claims) -> list[str]:
    """Return the codes of what is said."""
    return [remark.code for remark in claims.remarks]


def test_clear_words_are_read_and_kept() -> None:
    """In any case and several languages; ours need not be kept."""
    claims = claimed("Confirmed", "не подтверждено", "FALSE", "reported", None)

    assert list(claims.status) == [
        "reported",
        "unverified",
        "false",
        "reported",
        "reported",
    ]
    assert list(claims.status_as_given[:2]) == ["Confirmed", "не подтверждено"]
    assert claims.status_as_given[2:].isna().all()
    assert codes(claims) == ["status.read"]


def test_other_words_are_no_status_and_are_kept() -> None:
    """How a machine looked at a record says nothing of the claim."""
    claims = claimed("automatic", "reviewed")

    assert list(claims.status) == ["reported", "reported"]
    assert list(claims.status_as_given) == ["automatic", "reviewed"]
    assert codes(claims) == ["status.unread"]


def test_what_a_person_says_a_word_means_decides() -> None:
    """Also against what it seems to mean."""
    claims = claimed("Confirmed", meanings={"confirmed": "unverified"})

    assert list(claims.status) == ["unverified"]


def test_alleged_by_nobody_stays_alleged_and_is_told() -> None:
    """It is not made surer than the file says."""
    claims = claimed("alleged")

    assert list(claims.status) == ["alleged"]
    assert codes(claims) == ["status.alleged_by_nobody"]


def test_who_is_named_to_allege_makes_an_allegation() -> None:
    """Unless the row says something else; several names in a cell, and columns."""
    columns = [
        pd.Series(["Ana; Bo", None, "Ana"], dtype=object),
        pd.Series([None, None, "Cy"], dtype=object),
    ]

    claims = claimed(None, None, "false", alleged_by=columns)

    assert list(claims.status) == ["alleged", "reported", "false"]
    assert list(claims.alleged_by) == [("Ana", "Bo"), (), ("Ana", "Cy")]
    assert list(claims.denied_by) == [(), (), ()]


def test_one_source_corroborates_nothing() -> None:
    """A translation is not another; two witnesses do."""
    assert codes(claimed("corroborated")) == ["status.one_source"]
    assert list(claimed("corroborated", cited="ab").status) == ["reported"]
    assert list(claimed("corroborated", cited="ac").status) == ["corroborated"]


def test_a_word_that_is_no_status_does_not_undo_the_others(tmp_path: Path) -> None:
    """What is false is not shown as reported."""
    path = written(
        tmp_path, "a.csv", "title,status\nA,reported\nB,false\nC,debunked\nD,odd\n"
    )

    statuses = [str(each.status) for each in brought(path).incidents]

    assert statuses == ["reported", "false", "false", "reported"]
