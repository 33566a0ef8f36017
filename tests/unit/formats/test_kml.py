"""KML of others is read as data, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import Point

from geo.base.errors import DataError
from tests.bringing import brought, told, written
from tests.unit.formats.reading import read, rows, shapes


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>',
        "<kml>" + "<Folder>" * 200 + "</Folder>" * 200 + "</kml>",
        "<kml><Placemark></kml>",
        "<svg></svg>",
        '<?xml version="1.0" encoding="nonsense"?><kml/>',
    ],
)
def test_kml_that_is_not_plain_is_refused(text: str, tmp_path: Path) -> None:
    """Document types, depth, broken markup, other formats."""
    with pytest.raises(DataError):
        brought(written(tmp_path, "a.kml", text))


def test_kml_of_others_is_read_as_text(tmp_path: Path) -> None:
    """Markup stays text, links are told and not followed."""
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Folder>'
        "<NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>"
        "<Placemark><name>a</name><description><![CDATA[<b>bold</b>]]></description>"
        "<TimeStamp><when>2024-05-01</when></TimeStamp><ExtendedData>"
        '<Data name="k"><value>v</value></Data></ExtendedData>'
        "<MultiGeometry><Point><coordinates>20,44</coordinates></Point>"
        "</MultiGeometry></Placemark>"
        "<Placemark><Point><coordinates>x,y</coordinates></Point></Placemark>"
        "</Folder></kml>"
    )

    found = brought(written(tmp_path, "a.kml", text), columns={"name": "title"})

    incident = found.incidents[0]
    assert incident.extra == {"k": "v"}
    assert (incident.title, incident.date) == ("a", "2024-05-01")
    assert incident.summary == "<b>bold</b>"
    assert incident.geometry == Point(20, 44)
    assert "NetworkLink" in told(found)
    assert "not a position" in told(found)


def kml(inside: str) -> str:
    """Return a document of KML."""
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
        f"{inside}</Document></kml>"
    )


def test_when_a_placemark_was_is_told_in_columns_of_their_own(tmp_path: Path) -> None:
    """From, to or at; when a view of it is shown is another matter."""
    view = "<LookAt><gx:TimeSpan><begin>1999</begin></gx:TimeSpan></LookAt>"
    marks = [
        "<TimeSpan><begin>2023-05-01</begin><end>2023-06</end></TimeSpan>",
        "<TimeSpan><begin>2023</begin></TimeSpan>",
        "<TimeStamp><when> 2023-05-01T08:00:00Z </when></TimeStamp>",
        view,
    ]
    text = kml("".join(f"<Placemark>{mark}</Placemark>" for mark in marks))

    assert rows(tmp_path, "a.kml", text) == [
        {"date_start": "2023-05-01", "date_end": "2023-06"},
        {"date_start": "2023"},
        {"date": "2023-05-01T08:00:00Z"},
        {},
    ]


def test_a_placemark_without_a_time_is_of_its_folder_s(tmp_path: Path) -> None:
    """The innermost that has one counts; the Placemark's own before all."""
    own = "<TimeStamp><when>2023-05-09</when></TimeStamp>"
    inner = "<Folder><TimeSpan><begin>2023-05</begin></TimeSpan><Placemark/></Folder>"
    text = kml(
        "<TimeSpan><begin>2023</begin><end>2024</end></TimeSpan>"
        f"<Placemark/><Placemark>{own}</Placemark>{inner}<Folder><Placemark/></Folder>"
    )

    assert rows(tmp_path, "a.kml", text) == [
        {"date_start": "2023", "date_end": "2024"},
        {"date": "2023-05-09"},
        {"date_start": "2023-05"},
        {"date_start": "2023", "date_end": "2024"},
    ]


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Seen by <b>two</b> people, <i>one</i> hurt", "Seen by two people, one hurt"),
        ("<p>One.</p><p>Two<br/>three.</p>", "One.\nTwo\nthree."),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a  b"),
        ("plain", "plain"),
    ],
)
def test_markup_within_a_text_takes_no_words_from_it(
    description: str, words: str, tmp_path: Path
) -> None:
    """Elements in a description are read through, each block on a line of its own."""
    text = kml(f"<Placemark><description>{description}</description></Placemark>")

    assert rows(tmp_path, "a.kml", text) == [{"description": words}]


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (
            '<Data name="a1"><displayName>Date</displayName><value>1</value></Data>',
            {"Date": "1"},
        ),
        (
            (
                '<Data name="a1"><displayName><![CDATA[<b>On&nbsp;day</b>]]></displayName>'
                "<value>1</value></Data>"
            ),
            {"On day": "1"},
        ),
        (
            (
                '<SchemaData schemaUrl="#S"><SimpleData name="f1">1</SimpleData>'
                '<SimpleData name="f2">2</SimpleData></SchemaData>'
            ),
            {"Date of event": "1", "f2": "2"},
        ),
        (
            '<SchemaData schemaUrl="#T"><SimpleData name="f1">1</SimpleData></SchemaData>',
            {"f1": "1"},
        ),
        (
            (
                '<Data name="a"><displayName>n</displayName><value>1</value></Data>'
                '<Data name="b"><displayName>n</displayName><value>2</value></Data>'
            ),
            {"a": "1", "b": "2"},
        ),
        (
            '<Data name="a"><value>1</value></Data><Data name="a"><value>2</value></Data>',
            {"a": "1; 2"},
        ),
        (
            (
                '<c:day xmlns:c="http://c">1</c:day><c:hurt xmlns:c="http://c"><c:men>3'
                "</c:men></c:hurt>"
            ),
            {"day": "1", "men": "3"},
        ),
    ],
)
def test_extended_data_is_read_whichever_way_it_stands(
    data: str, row: dict[str, str], tmp_path: Path
) -> None:
    """Under the title that people are shown, or the name where it has none of its own."""
    schema = (
        '<Schema id="S"><SimpleField name="f1"><displayName>Date of event'
        '</displayName></SimpleField><SimpleField name="f2"/></Schema>'
    )
    mark = f"<Placemark><ExtendedData>{data}</ExtendedData></Placemark>"

    assert rows(tmp_path, "a.kml", kml(schema + mark)) == [row]


def test_a_track_is_a_line_with_its_times(tmp_path: Path) -> None:
    """As Google writes it."""
    track = (
        "<Placemark><gx:Track><when>2023-05-01</when><when>2023-05-02</when>"
        "<gx:coord>21.9 43.3 0</gx:coord><gx:coord>22 43 0</gx:coord></gx:Track></Placemark>"
    )

    [(kind, line)] = shapes(tmp_path, "a.kml", kml(track))

    assert (kind, len(line)) == ("LineString", 2)
    assert rows(tmp_path, "a.kml", kml(track)) == [
        {"date_start": "2023-05-01", "date_end": "2023-05-02"}
    ]


def test_a_map_of_my_maps_keeps_its_columns(tmp_path: Path) -> None:
    """Its layers are folders, its columns extended data."""
    mark = (
        "<Folder><name>Layer</name><Placemark><name>a</name><ExtendedData>"
        '<Data name="Weapon"><value>x</value></Data>'
        '<Data name="gx_media_links"><value>https://example.org/p.jpg</value></Data>'
        "</ExtendedData><Point><coordinates>\n 21.9,43.3,0\n </coordinates></Point>"
        "</Placemark></Folder>"
    )

    assert rows(tmp_path, "a.kml", kml(mark)) == [
        {
            "folder": "Layer",
            "name": "a",
            "Weapon": "x",
            "gx_media_links": "https://example.org/p.jpg",
        }
    ]


def test_a_document_that_only_points_elsewhere_says_how_to_export_it(
    tmp_path: Path,
) -> None:
    """Nothing is fetched."""
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>"

    features, said = read(written(tmp_path, "a.kml", kml(link)))

    assert features == []
    assert "only points at a map elsewhere" in said


@pytest.mark.parametrize(
    ("kind", "written", "coordinates"),
    [
        ("Point", " 20.46, 44.82, 0 ", [20.46, 44.82, 0.0]),
        ("Point", "20.46 ,44.82", [20.46, 44.82]),
        ("Point", "20.46 44.82 0", [20.46, 44.82, 0.0]),
        ("LineString", "20, 44, 0 21, 45, 0", [[20.0, 44.0, 0.0], [21.0, 45.0, 0.0]]),
        ("LineString", "20,44, 21,45,", [[20.0, 44.0], [21.0, 45.0]]),
        ("LineString", "20,44,0, 21,45,0", [[20.0, 44.0, 0.0], [21.0, 45.0, 0.0]]),
    ],
)
def test_blanks_beside_commas_part_no_position(
    kind: str, written: str, coordinates: list[object], tmp_path: Path
) -> None:
    """As long as the commas, or the count of numbers, say which belong together."""
    shape = f"<{kind}><coordinates>{written}</coordinates></{kind}>"

    found = shapes(tmp_path, "a.kml", kml(f"<Placemark>{shape}</Placemark>"))

    assert found == [(kind, coordinates)]


@pytest.mark.parametrize("written", ["20,44 21,45", "20,46 44,82", "20 44 0 21 45 0"])
def test_numbers_that_may_be_several_positions_are_no_point(
    written: str, tmp_path: Path
) -> None:
    """Which of them is meant is not guessed."""
    shape = f"<Point><coordinates>{written}</coordinates></Point>"
    path = tmp_path / "a.kml"
    path.write_text(kml(f"<Placemark>{shape}</Placemark>"))

    assert "more than one position" in read(path)[1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<kml><Placemark><name>a</name><gx:mode>1</gx:mode></Placemark></kml>", "a"),
        (
            '<kml xsi:schemaLocation="a b"><Placemark><name>a</name></Placemark></kml>',
            "a",
        ),
        (
            (
                "<?xml version='1.0'?><!-- <a> --><kml:kml><kml:Placemark><kml:name>a"
                "</kml:name></kml:Placemark></kml:kml>"
            ),
            "a",
        ),
        (
            "<kml><Placemark><name>a&nbsp;b&eacute;</name></Placemark></kml>",
            "a\xa0b\xe9",
        ),
        (
            "<kml><Placemark><name><![CDATA[&nbsp;]]>&nbsp;a</name></Placemark></kml>",
            "&nbsp;\xa0a",
        ),
    ],
)
def test_what_exporters_forget_to_declare_is_read(
    text: str, name: str, tmp_path: Path
) -> None:
    """Prefixes without a namespace, and the entities that HTML has."""
    assert rows(tmp_path, "a.kml", text)[0]["name"] == name


@pytest.mark.parametrize("entity", ["&nosuch;", "&lol9;"])
def test_entities_that_nobody_declares_are_refused(entity: str, tmp_path: Path) -> None:
    """With where they stand."""
    text = f"<kml><Placemark><name>{entity}&nbsp;</name></Placemark></kml>"

    with pytest.raises(DataError, match="undefined entity: line 1"):
        read(written(tmp_path, "a.kml", text))
