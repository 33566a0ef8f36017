"""A table of texts as HTML: wide ones scroll by themselves, on a phone each row is a card.

A real table, since what draws a data frame is a picture: no link in it can be opened in
another tab, and a reader of the screen hears of the cells in sight only. Streamlit's own
``st.table`` scrolls where no key reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

_STYLE: Final = Markup("""<style>
.wide-table {overflow-x: auto; border: 1px solid rgba(128,134,139,.45); border-radius: 6px}
.wide-table:focus-visible {outline: 3px solid light-dark(#0b5c8c, #7cc4f0)}
.wide-table table {border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.35}
.wide-table :is(th, td) {text-align: left; vertical-align: top; padding: .45rem .7rem;
  border-bottom: 1px solid rgba(128,134,139,.3); overflow-wrap: break-word; word-break: normal; max-width: 24rem;
  min-width: 8rem}
.wide-table a {overflow-wrap: anywhere}
.wide-table thead th {font-weight: 650; overflow-wrap: normal}
.wide-table tbody th {font-weight: 600; min-width: 15rem}
.wide-table td[data-label="How sure"] {min-width: 14rem}
.wide-table td[data-label="Date"] {min-width: 10.5rem}
.wide-table .day {white-space: nowrap}
@media (max-width: 700px) {
  .wide-table :is(table, tbody, tr, th, td) {
    display: block; max-width: none; min-width: 0 !important}
  .wide-table thead {position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden}
  .wide-table tr {padding: .5rem 0; border-bottom: 2px solid rgba(128,134,139,.45)}
  .wide-table :is(th, td) {border: 0; padding: .15rem .7rem}
  .wide-table tbody th {padding: .3rem .7rem .5rem; font-size: 1rem}
  .wide-table td::before {content: attr(data-label) ": "; font-weight: 600}
}
</style>""")
# What is laid out as cards is no table to a browser any more, but for its roles.
_TABLE: Final = Markup(
    '<div class="wide-table" role="region" tabindex="0" aria-label="{}">'
    '<table role="table"><thead role="rowgroup"><tr role="row">{}</tr></thead>'
    '<tbody role="rowgroup">{}</tbody></table></div>'
)
_HEAD: Final = Markup('<th scope="col" role="columnheader">{}</th>')
_ROW: Final = Markup('<tr role="row">{}{}</tr>')
_FIRST: Final = Markup('<th scope="row" role="rowheader" dir="auto">{}</th>')
_CELL: Final = Markup('<td role="cell" dir="auto" data-label="{}">{}</td>')


def table_html(
    label: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> Markup:
    """Return a table.

    Parameters
    ----------
    label
        What a reader of the screen hears that it is.
    heads
        The names of the columns.
    rows
        Rows of as many cells each, the first of which names the row. Texts are escaped;
        markup stays as it is.
    """
    body = Markup("").join(
        _ROW.format(
            _FIRST.format(first),
            Markup("").join(map(_CELL.format, heads[1:], cells)),
        )
        for first, *cells in rows
    )
    return _STYLE + _TABLE.format(
        label, Markup("").join(map(_HEAD.format, heads)), body
    )
