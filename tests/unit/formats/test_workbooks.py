"""Workbooks are read as they are seen: Excel's and those of OpenDocument alike."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from geo.base.errors import DataError
from geo.formats.sheets import Sheet, sheets
from tests.bringing import written
from tests.unit.formats.reading import read

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
SPACES = (
    f'xmlns:office="{OFFICE}" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def sheet_of(folder: Path, change: Callable[[Any], None], *lines: list[Any]) -> Path:
    """Return a workbook of one sheet, changed before it is saved."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    change(sheet)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def ods(folder: Path, tables: str, styles: str = "") -> Path:
    """Return an OpenDocument spreadsheet of these tables."""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = folder / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def cell(text: str, more: str = "", inside: str = "") -> str:
    """Return a cell of text."""
    return (
        f'<table:table-cell office:value-type="string" {more}>'
        f"<text:p>{inside or text}</text:p></table:table-cell>"
    )


def row(*cells: str, more: str = "") -> str:
    """Return a row of cells."""
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def table(*lines: str, name: str = "Sheet", more: str = "", columns: str = "") -> str:
    """Return a table of rows."""
    return f'<table:table table:name="{name}" {more}>{columns}{"".join(lines)}</table:table>'


def test_what_is_hidden_is_left_out_and_told(tmp_path: Path) -> None:
    """Rows and columns; the others keep their values."""

    def hide(sheet: Any) -> None:  # noqa: ANN401
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    path = sheet_of(
        tmp_path,
        hide,
        ["title", "source", "n"],
        ["a", "x", 1],
        ["b", "y", 2],
        ["c", "z", 3],
    )

    features, said = read(path)

    assert [one["properties"] for one in features] == [
        {"title": "a", "n": 1},
        {"title": "c", "n": 3},
    ]
    assert "hidden rows are left out: 3." in said
    assert "hidden columns are left out: 'source'." in said


def test_merged_cells_are_filled_below_the_head(tmp_path: Path) -> None:
    """A title over the table is none of it, nor is a banner within it."""

    def merge(sheet: Any) -> None:  # noqa: ANN401
        for cells in ("A1:C1", "A3:A4", "B5:C5", "A6:C6"):
            sheet.merge_cells(cells)

    path = sheet_of(
        tmp_path,
        merge,
        ["All events of 2023", None, None],
        ["day", "title", "n"],
        [datetime(2023, 5, 1), "a", 1],  # noqa: DTZ001 - Excel knows no zones
        [None, "b", 2],
        [datetime(2023, 5, 2, 10, 30), "c", None],  # noqa: DTZ001
        ["June"],
        ["2023-06-01", "d", 4],
    )

    features, said = read(path)

    assert [list(one["properties"].values()) for one in features] == [
        ["2023-05-01", "a", 1],
        ["2023-05-01", "b", 2],
        ["2023-05-02T10:30:00", "c", "c"],
        ["June"],
        ["2023-06-01", "d", 4],
    ]
    assert "has 4 merged cells" in said
    assert "left out: 'All events of 2023'" in said


def test_addresses_behind_cells_are_a_column(tmp_path: Path) -> None:
    """Of links and of formulas; one that the cell shows itself is not told twice."""

    def link(sheet: Any) -> None:  # noqa: ANN401
        sheet["B2"].hyperlink = "https://example.org/1"
        sheet["B3"] = '=HYPERLINK("https://example.org/2", "Report")'
        sheet["B4"].hyperlink = "https://example.org/3"
        sheet["B5"].hyperlink = "mailto:a@example.org"

    path = sheet_of(
        tmp_path,
        link,
        ["title", "report"],
        ["a", "Report"],
        ["b", "x"],
        ["c", "https://example.org/3"],
        ["d", "Mail"],
    )

    found = [one["properties"] for one in read(path)[0]]

    assert [one.get("report link") for one in found] == [
        "https://example.org/1",
        "https://example.org/2",
        None,
        None,
    ]


def test_the_sheet_with_most_records_is_read_and_all_can_be_listed(
    tmp_path: Path,
) -> None:
    """So that somebody can be asked."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "About"
    first.append(["made by", "us"])
    for title, count in (("Events", 3), ("Secret", 9)):
        sheet = book.create_sheet(title)
        for line in [["title", "n"], *([f"t{n}", n] for n in range(count))]:
            sheet.append(line)
    book["Secret"].sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)

    features, said = read(path)

    assert len(features) == 3
    assert "only the sheet 'Events' (3 rows) is read, not 'About' (0 rows)" in said
    assert "hidden sheets are left out: 'Secret'" in said
    assert sheets(path) == (
        Sheet("About", 0),
        Sheet("Events", 3),
        Sheet("Secret", 0, is_hidden=True),
    )
    assert sheets(written(tmp_path, "a.csv", "a\n1\n")) == ()


def test_blank_cells_and_errors_are_empty(tmp_path: Path) -> None:
    """And rows of nothing else are none."""
    path = sheet_of(
        tmp_path,
        lambda _: None,
        ["title", "n"],
        ["a", "#DIV/0!"],
        [" ", "  "],
        ["b", " "],
    )

    assert [one["properties"] for one in read(path)[0]] == [
        {"title": "a"},
        {"title": "b"},
    ]


def test_a_spreadsheet_of_opendocument_is_read_as_it_is_seen(tmp_path: Path) -> None:
    """Values by their type, what is hidden told, links kept, merged cells filled."""
    link = cell(
        "x", inside='<text:a xlink:href="https://example.org/1">Report</text:a>'
    )
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'
    day = '<table:table-cell office:value-type="date" office:date-value="2023-05-0{}"/>'
    nothing = '<table:table-cell table:number-columns-repeated="16370"/>'
    shown = table(
        row(
            cell("day"),
            cell("secret"),
            cell("title"),
            cell("n"),
            cell("report"),
            nothing,
        ),
        row(
            '<table:table-cell office:value-type="date" table:number-rows-spanned="2" office:date-value="2023-05-01T00:00:00"/>',
            cell("x"),
            cell(
                "a",
                inside='a<text:s text:c="2"/>b<office:annotation><text:p>note</text:p></office:annotation>',
            ),
            number.format(3),
            link,
        ),
        row("<table:covered-table-cell/>", cell("x"), cell("b"), number.format("3.5")),
        row(day.format(3), cell("x"), cell("c"), more='table:visibility="collapse"'),
        row(nothing, more='table:number-rows-repeated="1048000"'),
        columns='<table:table-column/><table:table-column table:visibility="collapse"/>',
        name="Events",
    )
    hidden = table(row(cell("title")), name="Old", more='table:style-name="off"')
    styles = '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    path = ods(tmp_path, hidden + shown, styles)

    features, said = read(path)

    assert [one["properties"] for one in features] == [
        {
            "day": "2023-05-01",
            "title": "a  b",
            "n": 3,
            "report": "Report",
            "report link": "https://example.org/1",
        },
        {"day": "2023-05-01", "title": "b", "n": 3.5},
    ]
    for told in (
        "hidden rows are left out: 4",
        "columns are left out: 'secret'",
        "sheets are left out: 'Old'",
        "merged cells",
    ):
        assert told in said
    assert [one.name for one in sheets(path)] == ["Old", "Events"]


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        (table() * 1_001, "more than 1000 sheets"),
        (
            table(row(cell("a"), more='table:number-rows-repeated="9000000"')),
            "over 100 times its size",
        ),
        (table(row(cell("a", 'table:number-columns-repeated="99999999"'))), "repeated"),
        (table(row(cell("a", 'table:number-columns-repeated="16384"'))), "columns"),
        (
            table(
                row(
                    cell("a", 'table:number-columns-repeated="900"'),
                    more='table:number-rows-repeated="1000000"',
                )
            ),
            "more than 20000000 cells",
        ),
        ("<table:table>" * 200 + "</table:table>" * 200, "deep"),
        ("", "has no sheet"),
    ],
)
def test_a_spreadsheet_that_claims_too_much_is_refused(
    tables: str, reason: str, tmp_path: Path
) -> None:
    """Before it is made."""
    with pytest.raises(DataError, match=reason):
        read(ods(tmp_path, tables))


def test_entities_of_a_spreadsheet_are_not_followed(tmp_path: Path) -> None:
    """Nor is a text taken for one."""
    path = tmp_path / "a.ods"
    for content, reason in (
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (f'<office:document-content xmlns:office="{OFFICE}"/>', "no spreadsheet"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("content.xml", content)
        with pytest.raises(DataError, match=reason):
            read(path)


def changed(path: Path, part: str, before: str, after: str) -> Path:
    """Return a workbook in whose part a text is replaced."""
    target = path.with_name("b.xlsx")
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            if name.endswith(part):
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            new.writestr(name, text)
    return target


@pytest.mark.parametrize(
    ("part", "before", "after", "reason"),
    [
        ("sheet1.xml", '<row r="2">', '<row r="99999999">', "a row 99999999"),
        (
            "workbook.xml",
            "</sheets>",
            "".join(
                f'<sheet name="s{n}" sheetId="{n}" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
                for n in range(2_000)
            )
            + "</sheets>",
            "more than 1000 sheets",
        ),
        (
            "sheet1.xml",
            "</sheetData>",
            "</sheetData><mergeCells>"
            + '<mergeCell ref="A1:B2"/>' * 200_001
            + "</mergeCells>",
            "more than 200000 merged",
        ),
        (
            "sheet1.xml",
            "</sheetData>",
            '</sheetData><mergeCells><mergeCell ref="nowhere!"/></mergeCells>',
            "not a valid coordinate",
        ),
    ],
)
def test_a_workbook_that_claims_too_much_is_refused(
    part: str, before: str, after: str, reason: str, tmp_path: Path
) -> None:
    """Rows, sheets and merged cells are bounded before they are gone through."""
    path = sheet_of(tmp_path, lambda _: None, ["title", "n"], ["a", 1])

    with pytest.raises(DataError, match=reason):
        read(changed(path, part, before, after))


def test_the_size_that_a_sheet_claims_is_not_believed(tmp_path: Path) -> None:
    """Rows are as long as their cells."""
    path = sheet_of(tmp_path, lambda _: None, ["title", "n"], ["a", 1])

    claimed = changed(path, "sheet1.xml", 'ref="A1:B2"', 'ref="A1:XFD1048576"')

    assert [one["properties"] for one in read(claimed)[0]] == [{"title": "a", "n": 1}]


@pytest.mark.parametrize(
    ("head", "merged"),
    [
        # Names of single columns reach over both lines.
        (
            [["title", "Injured", None, "n"], [None, "men", "women", None]],
            ["B1:C1", "A1:A2", "D1:D2"],
        ),
        # They stand in the second line.
        (
            [[None, "Injured", None, None], ["title", "men", "women", "n"]],
            ["B1:C1"],
        ),
        # They stand in the first, and nothing below them.
        (
            [["title", "Injured", None, "n"], [None, "men", "women", None]],
            ["B1:C1"],
        ),
        # A title stands over all.
        (
            [
                ["Fires of 2023", None, None, None],
                ["title", "Injured", None, "n"],
                [None, "men", "women", None],
            ],
            ["A1:D1", "B2:C2"],
        ),
    ],
)
def test_names_over_names_of_columns_are_joined(
    head: list[list[Any]], merged: list[str], tmp_path: Path
) -> None:
    """As one reads them: the group, then the column."""

    def merge(sheet: Any) -> None:  # noqa: ANN401
        for cells in merged:
            sheet.merge_cells(cells)

    path = sheet_of(tmp_path, merge, *head, ["a", 1, 2, 3], ["b", 4, 5, 6])

    features, _ = read(path)

    assert [one["properties"] for one in features] == [
        {"title": "a", "Injured: men": 1, "Injured: women": 2, "n": 3},
        {"title": "b", "Injured: men": 4, "Injured: women": 5, "n": 6},
    ]


def test_a_wide_name_over_values_is_the_name_of_one_column(tmp_path: Path) -> None:
    """The record below it stays a record."""
    path = sheet_of(
        tmp_path,
        lambda sheet: sheet.merge_cells("B1:C1"),
        ["title", "notes", None],
        ["a", "x", "y"],
        ["b", "z", "w"],
    )

    features, _ = read(path)

    assert [one["properties"]["title"] for one in features] == ["a", "b"]
