"""What an import does, or would do, with each row of a file: counts and remarks."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from geo.base.errors import Fault
from geo.importing.remarks import Remark
from geo.importing.report import Report

_MOST_REFUSED = 20
#: Remarks of what most tables have; counting their records would tell nothing.
_USUAL = frozenset({"category.new", "source.new", "source.table", "id.empty"})
_ROW = Markup(
    "<tr><th scope='row' style='text-align:left;font-weight:400;padding:.15rem .8rem "
    ".15rem 0'>{}</th><td style='text-align:right;font-weight:650;"
    "font-variant-numeric:tabular-nums'>{:,}</td></tr>"
)
_LIST = Markup(
    "<ul style='margin:0;padding-left:1.1rem;overflow-wrap:anywhere'>{}</ul>"
)
_ITEM = Markup("<li style='margin:0 0 .5rem'>{}{}</li>")
_SMALL = Markup("<br><small style='opacity:.8'>{}</small>")


def draw_counts(report: Report) -> None:
    """Draw how many rows there are, and what becomes of them."""
    refused = len({fault.index for fault in report.refused})
    remarked = {
        row
        for remark in report.remarks
        if remark.code not in _USUAL
        for row in remark.rows
    }
    counts = {
        "Rows in the file": report.read,
        "Records taken": report.taken,
        "… new on the map": report.counts.get("new", 0),
        "… that change one": report.counts.get("changed", 0),
        "… on the map as they are": report.counts.get("same", 0),
        "… kept at their protected place": report.counts.get("protected", 0),
        "Without a date": report.undated,
        "Without a place on the map": report.unplaced,
        "Changed or assumed in part": len(remarked),
        "Left out: blank rows, headings, totals": report.left_out,
        "Refused": refused,
    }
    always = {"Rows in the file", "Records taken", "Refused"}
    rows = Markup("").join(
        _ROW.format(words, count)
        for words, count in counts.items()
        if count or words in always
    )
    st.html(Markup("<table style='border-collapse:collapse'>{}</table>").format(rows))


def draw_remarks(report: Report) -> None:
    """Draw what was assumed, changed or not understood, and why rows are refused."""
    if report.refused:
        with st.expander("Why rows are refused", expanded=True):
            st.html(_refusals(report.refused))
    remarks = [*map(_fault_item, report.faults), *map(_remark_item, report.remarks)]
    if remarks:
        with st.expander(f"What was assumed or changed ({len(remarks)})"):
            st.html(_LIST.format(Markup("").join(remarks)))


def _refusals(faults: Sequence[Fault]) -> Markup:
    items = [
        _ITEM.format(_sentence(_numbered(fault)), _SMALL.format(fault.remedy))
        for fault in faults[:_MOST_REFUSED]
    ]
    more = len(faults) - len(items)
    if more > 0:
        items.append(
            _ITEM.format(f"And {more:,} more, in the list of refused rows.", "")
        )
    return _LIST.format(Markup("").join(items))


def _numbered(fault: Fault) -> str:
    where = f"{fault.where}: " if fault.where else ""
    number = "" if fault.index is None else f"Record {fault.index + 1:,}: "
    return f"{number}{where}{fault.message}"


def _fault_item(fault: Fault) -> Markup:
    said = _sentence(_numbered(fault))
    return _ITEM.format(said, _SMALL.format(fault.remedy) if fault.remedy else "")


def _remark_item(remark: Remark) -> Markup:
    about = []
    if remark.rows:
        about.append(
            f"{len(remark.rows):,} record{'s' if len(remark.rows) > 1 else ''}"
        )
    if remark.examples:
        about.append(f"such as {', '.join(map(repr, remark.examples))}")
    # What helps on the command line is done on this page by choosing.
    if remark.remedy and "--" not in remark.remedy:
        about.append(remark.remedy)
    more = _SMALL.format("; ".join(about)) if about else Markup("")
    return _ITEM.format(_sentence(remark.message), more)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
