"""What the Connect page tells: the codes of others, and examples for this server."""

from __future__ import annotations

from geo.model.incident import crosswalk
from geo.model.vocabulary import PRECISION_LABELS, Precision
from pages.ui.examples import EXAMPLES


def test_every_precision_has_its_codes() -> None:
    """ACLED's run from 1 to 3, UCDP's from 1 to 7."""
    assert list(PRECISION_LABELS) == list(Precision), "finest first, as on the page"
    codes = [crosswalk(precision) for precision in Precision]
    assert all(code["acled_geo_precision"] in {1, 2, 3} for code in codes)
    assert all(code["ucdp_where_prec"] in range(1, 8) for code in codes)


def test_examples_are_written_for_the_server_asked() -> None:
    """Nothing of the placeholder is left, and no slash is doubled."""
    for example in EXAMPLES.values():
        code = example.at("https://example.org/")
        assert "https://example.org/ogc/" in code
        assert "{root}" not in code
