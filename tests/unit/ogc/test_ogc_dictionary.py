"""The data dictionary covers what is served, and the examples name the server."""

from __future__ import annotations

from geo.incident import PROPERTIES
from geo.ogc.dictionary import crossings, dictionary
from geo.ogc.examples import EXAMPLES
from geo.vocabulary import Precision


def test_every_property_has_a_name_a_kind_and_a_meaning() -> None:
    """In the order written, with the codes of ACLED and UCDP behind precision."""
    entries = {entry.name: entry for entry in dictionary()}
    assert set(PROPERTIES) <= entries.keys()
    for entry in entries.values():
        assert all((entry.title, entry.kind, entry.meaning)), entry.name
    names = list(entries)
    after = names[names.index("precision") + 1 :]
    assert after[:2] == ["acled_geo_precision", "ucdp_where_prec"]
    assert entries["alleged_by"].kind == "list"
    assert entries["precision"].kind == "text, may be missing"


def test_every_precision_has_its_codes() -> None:
    """ACLED's run from 1 to 3, UCDP's from 1 to 7."""
    found = crossings()
    assert [crossing.precision for crossing in found] == [str(one) for one in Precision]
    assert all(crossing.acled in {1, 2, 3} for crossing in found)
    assert all(crossing.ucdp in range(1, 8) for crossing in found)


def test_examples_are_written_for_the_server_asked() -> None:
    """Nothing of the placeholder is left, and no slash is doubled."""
    for example in EXAMPLES.values():
        code = example.at("https://example.org/")
        assert "https://example.org/ogc/" in code
        assert "{root}" not in code
