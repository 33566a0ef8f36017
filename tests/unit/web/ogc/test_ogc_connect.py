"""What the Connect page tells: the codes of others, and examples for this server."""

from __future__ import annotations

from geo.model.vocabulary import Precision
from geo.web.ogc.crossings import crossings
from geo.web.ogc.examples import EXAMPLES


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
