"""What each column of somebody else's table is, by name and by content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.importing.columns import Proposal, answer, category_of, propose_mapping
from geo.importing.mapping import ROLES, check_mapping
from tests.shared import SHARED

TODAY = date(2026, 1, 1)


def propose(
    head: Sequence[str], *rows: Sequence[Any], geometry: bool = False, file: str = "csv"
) -> Proposal:
    """Propose what the columns of a small table are."""
    frame = pd.DataFrame([list(row) for row in rows], columns=list(head), dtype=object)
    return propose_mapping(
        frame, format=file, name="my-table-2020", has_geometry=geometry, today=TODAY
    )


def roles(
    head: Sequence[str], *rows: Sequence[Any], geometry: bool = False, file: str = "csv"
) -> list[str]:
    """Return the roles of the columns, in their order."""
    proposal = propose(head, *rows, geometry=geometry, file=file)
    return list(proposal.mapping.columns.values())


@pytest.mark.parametrize(
    "head",
    [
        ("Title", "Description", "Event date", "Latitude", "Longitude", "City", "Source"),
        ("headline", "whatHappened", "eventDate", "GPSLat", "GPSLon", "cityName", "source"),
        ("Naslov", "Opis", "Datum", "Širina", "Dužina", "Grad", "Izvor"),
        ("Наслов", "Опис", "Датум", "Географска ширина", "Географска дужина", "Место", "Извор"),
        ("Заголовок", "Описание", "Дата события", "Широта", "Долгота", "Город", "Источник"),
        ("Заголовок", "Опис", "Дата", "Широта", "Довгота", "Місто", "Джерело"),
        ("Título", "Descripción", "Fecha del suceso", "Latitud", "Longitud", "Ciudad", "Fuente"),
        ("Titre", "Résumé", "Date de l'événement", "Latitude", "Longitude", "Ville", "Source"),
        ("Titel", "Beschreibung", "Datum", "Breitengrad", "Längengrad", "Ort", "Quelle"),
        ("Título", "Descrição", "Data", "Latitude", "Longitude", "Cidade", "Fonte"),
        ("العنوان", "الوصف", "التاريخ", "خط العرض", "خط الطول", "المدينة", "المصدر"),
        ("عنوان", "شرح", "تاریخ", "عرض جغرافیایی", "طول جغرافیایی", "شهر", "منبع"),
        ("Başlık", "Açıklama", "Tarih", "Enlem", "Boylam", "Şehir", "Kaynak"),
        ("Titolo", "Descrizione", "Data", "Latitudine", "Longitudine", "Città", "Fonte"),
        ("Tytuł", "Opis", "Data", "Szerokość", "Długość", "Miasto", "Źródło"),
        ("Judul", "Keterangan", "Tanggal", "Lintang", "Bujur", "Kota", "Sumber"),
        ("标题", "描述", "日期", "纬度", "经度", "城市", "来源"),
    ],
    ids=lambda head: head[1],
)  # fmt: skip
def test_names_are_known_in_fifteen_languages(head: tuple[str, ...]) -> None:
    """Without accents and in capitals too."""
    row = ("A fire", "Two sheds burnt", "24.10.2022", "44.8", "20.4", "Niš", "@agency")
    wanted = ["title", "summary", "date", "lat", "lon", "place", "source"]

    assert roles(head, row) == wanted
    assert (
        roles(
            [name.upper() for name in head if name != "GPSLat"],
            [cell for name, cell in zip(head, row, strict=True) if name != "GPSLat"],
        )[:3]
        == wanted[:3]
    )


def test_our_names_win_only_where_the_content_fits() -> None:
    """A status of another meaning is a field of the newsroom."""
    head = ("title", "date", "status", "version", "updated", "count", "precision")
    row = ("A", "2020-01-01", "automatic", "GED 22.1", 1691118251122, 12, "0.3")
    ours = ("A", "2020-01-01", "alleged", "GED 22.1", 1691118251122, 12, "city")

    assert roles(head, row) == ["title", "date", *["own"] * 5]
    assert roles(head, ours)[2] == "status"
    assert roles(head, ours)[6] == "precision"


@pytest.mark.parametrize(
    ("name", "cell", "role"),
    [
        ("itemLabel", "A fire in Bor", "title"),
        ("countryLabel", "Serbia", "country"),
        ("where.name", "Bor", "place"),
        ("tags.name", "A fire in Bor", "title"),
        ("categories.title", "Wildfires", "category"),
        ("title.sr", "Požar u Boru", "title"),
        ("category.id", "31", "own"),
        ("incident.incidenttitle", "A fire in Bor", "title"),
        ("incident.locationname", "Bor", "place"),
        ("type", "node", "own"),
    ],
)
def test_the_name_of_a_thing_is_the_thing(name: str, cell: str, role: str) -> None:
    """A part of an object, or as Wikidata, OpenStreetMap and NASA call it."""
    head = (name, "date", "lat", "lon")

    assert roles(head, (cell, "2023-01-02", "44.1", "22.1"))[0] == role


def test_letters_of_the_east_name_nothing_in_latin_ones() -> None:
    """A street is "sr" without its vowels, and "Sr" the number of a row."""
    head = ("Sr", "title", "date", "lat", "lon")

    assert roles(head, ("Elm Lane 1", "A fire", "2023-01-02", "44", "22"))[0] == "own"


@pytest.mark.parametrize("name", ["URL", "Link", "Source link"])
def test_links_of_maps_are_places_and_no_sources(name: str) -> None:
    """As Google gives out saved places."""
    link = "https://www.google.com/maps/search/44.82,20.46"

    assert roles(("Title", name), ("A mural", link), ("Another", link))[1] == "point"


def test_ten_millionths_are_degrees() -> None:
    """As telephones keep places; they are no metres, which end at 20 million."""
    head = ("latitudeE7", "longitudeE7")

    assert roles(head, ("448123456", "204612345")) == ["lat", "lon"]


@pytest.mark.parametrize(
    "row", [("21", "3", "4"), ("2021", "marzo", "4"), ("22", "dec", "4")]
)
def test_parts_of_dates_may_be_short_or_in_words(row: tuple[str, ...]) -> None:
    """Years in two digits, months in words beside others in numbers."""
    head = ("year", "month", "day")

    assert roles(head, row, ("2020", "12", "31")) == [
        "date.year",
        "date.month",
        "date.day",
    ]


def test_angles_of_cameras_are_degrees() -> None:
    """As exiftool writes them."""
    head = ("GPSLatitude", "GPSLongitude")

    assert roles(head, ("44 deg 49' 12.00\" N", "20 deg 27' 36.00\" E")) == [
        "lat",
        "lon",
    ]


def test_a_few_words_on_what_happened_are_the_title_where_there_is_no_other() -> None:
    """Longer ones tell more than a title does, and so does a text beside a title."""
    few, many = (
        "A window was broken.",
        "A window was broken, and nobody saw by whom. " * 2,
    )

    assert roles(("Date", "What happened"), ("2023-01-02", few)) == ["date", "title"]
    assert roles(("Date", "What happened"), ("2023-01-02", many)) == ["date", "summary"]
    assert roles(("Title", "Description"), ("A raid", few)) == ["title", "summary"]


def test_of_two_pairs_one_is_used() -> None:
    """The other is kept."""
    head = ("title", "lat", "lon", "latitude", "longitude")
    wanted = ["title", "lat", "lon", "own", "own"]

    assert roles(head, ("A", "44.8", "20.4", "44.8", "20.4")) == wanted


def test_a_pair_is_of_one_kin() -> None:
    """The start of one thing does not go with the end of another."""
    head = ("title", "end_lat", "start_lat", "start_lon")

    assert roles(head, ("A", "1.5", "2.5", "3.5")) == ["title", "own", "lat", "lon"]


def test_axes_that_changed_places_are_asked_about() -> None:
    """No latitude is 110 degrees."""
    proposal = propose(("lat", "lon"), ("110.3", "31.6"), ("102.5", "23.6"))

    assert proposal.mapping.columns == {"lat": "lon", "lon": "lat"}
    (question,) = proposal.questions
    assert question.proposal == "lon / lat"
    turned = answer(proposal.mapping, question, "lat / lon")
    assert turned.columns == {"lat": "lat", "lon": "lon"}


def test_metres_are_no_degrees() -> None:
    """Their system is asked for, where no zone says it."""
    proposal = propose(("x", "y", "name"), ("457000", "4962000", "A"))

    assert list(proposal.mapping.columns.values()) == ["easting", "northing", "title"]
    assert [question.key for question in proposal.questions] == ["crs"]
    chosen = answer(proposal.mapping, proposal.questions[0], "EPSG:32634")
    assert chosen.crs == "EPSG:32634"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Location", "(44.8125°, -20.4612°)"),
        ("map link", "https://www.openstreetmap.org/#map=12/44.8/20.4"),
        ("geometry", "POINT (20.4 44.8)"),
        ("geom", '{"type": "Point", "coordinates": [20.4, 44.8]}'),
        ("MGRS", "34T DQ 57000 62000"),
        ("Координати", "44.81, 20.46"),
        ("Irgendwas", "44.81234, 20.46123"),
        ("loc", {"type": "Point", "coordinates": [20.4, 44.8]}),
    ],
)
def test_a_column_may_hold_both_axes(name: str, value: object) -> None:
    """In whatever way it says them."""
    assert roles(("title", name), ("A", value), ("B", value))[1] == "point"
    assert roles(("title", name), ("A", value), ("B", value), geometry=True)[1] == "own"


@pytest.mark.parametrize(
    "cell",
    ["Lat 44.81, Long 20.46", "Долгота: 20,46 широта: 44,81", '{"lat": 1.5, "lng": 2}'],
)
def test_degrees_with_labels_are_a_place_whatever_the_column(cell: str) -> None:
    """Numbers with other labels are not."""
    assert roles(("title", "where"), ("A", cell)) == ["title", "point"]
    for other in ("Floor 44, Room 20", f"Lat{' ' * 90}1"):
        assert roles(("title", "where"), ("A", other)) == ["title", "place"]


def test_a_location_in_words_is_a_place() -> None:
    """And a better name for a town comes first."""
    assert roles(("Location",), ("Novi Sad",)) == ["place"]
    assert roles(("Location", "City"), ("Novi Sad, Serbia", "Novi Sad")) == [
        "own",
        "place",
    ]


@pytest.mark.parametrize(
    ("head", "row", "wanted"),
    [
        (("date_start", "date_end"), ("2022-02-24", "2022-03-18"), ["date.start", "date.end"]),
        (("Beginn", "Ende"), ("24.02.2022", "18.03.2022"), ["date.start", "date.end"]),
        (("Start date",), ("2022-02-24",), ["date"]),
        (("date", "end date"), ("2022-02-24", "2022-03-18"), ["date.start", "date.end"]),
        (("year", "month", "day"), (2022, "May", 3), ["date.year", "date.month", "date.day"]),
        (("date", "year", "month"), ("2022-05-03", 2022, 5), ["date", "own", "own"]),
        (("month", "day"), (5, 3), ["own", "own"]),
        (("date", "time"), ("2022-05-03", "14:30"), ["date", "own"]),
        (("date", "updated"), ("2022-05-03", "2023-01-01"), ["date", "own"]),
        (("date",), ("c. 1970",), ["date"]),
        (("date",), (589593600000,), ["date"]),
        (("date",), ("unknown to us all",), ["own"]),
        (("Date of birth", "Age"), ("1970-01-01", "5"), ["own", "own"]),
    ],
    ids=str,
)  # fmt: skip
def test_dates_are_said_in_one_way(
    head: Sequence[str], row: Sequence[Any], wanted: list[str]
) -> None:
    """Parts only together, and where there is no better column."""
    assert roles(head, row) == wanted


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Date of Incident (month/day/year)", "mdy"),
        ("Datum (TT.MM.JJJJ)", "dmy"),
        ("date_dd_mm_yyyy", "dmy"),
        ("Date (YYYY-MM-DD)", "ymd"),
        ("Date", ""),
    ],
)
def test_a_header_may_state_the_order(name: str, order: str) -> None:
    """Then nobody need be asked."""
    proposal = propose((name,), ("05/04/2020",))

    assert proposal.mapping.columns[name] == "date"
    assert proposal.mapping.date_order == order


def test_two_columns_as_good_are_asked_about() -> None:
    """Each with examples, and a proposal that the mapping follows."""
    proposal = propose(("Event date", "Incident date"), ("2020-01-01", "2020-02-01"))

    (question,) = proposal.questions
    assert question.choices == ("Event date", "Incident date")
    assert question.proposal == "Event date"
    assert question.examples == ("2020-01-01", "2020-02-01")
    other = answer(proposal.mapping, question, "Incident date")
    assert other.columns == {"Event date": "own", "Incident date": "date"}
    assert other.labels == {"Event date": "Event date"}
    with pytest.raises(ValueError, match="not a choice"):
        answer(proposal.mapping, question, "No date")


def test_two_columns_that_say_the_same_are_not_asked_about() -> None:
    """There is nothing to choose."""
    proposal = propose(("Event date", "Incident date"), ("2020-01-01", "2020-01-01"))

    assert proposal.questions == ()


def test_only_a_day_of_publishing_is_asked_about_and_not_taken() -> None:
    """It is not when it happened."""
    proposal = propose(("title", "published"), ("A", "2020-01-01"))

    assert proposal.mapping.columns["published"] == "own"
    (question,) = proposal.questions
    assert (question.key, question.proposal) == ("date", "")


def test_names_of_people_do_not_become_titles_unasked() -> None:
    """They stay as they are until somebody decides."""
    proposal = propose(("name", "age", "gender"), ("Ann Smith", 3, "f"))

    assert proposal.mapping.columns["name"] == "own"
    assert [question.key for question in proposal.questions] == ["title"]
    assert roles(("Name", "Circumstances"), ("Case 1", "Stopped")) == [
        "title",
        "summary",
    ]


def test_a_category_is_called_so_or_comes_again_and_again() -> None:
    """Else the table's name gives one."""
    rows = [(f"A{n}", ["flood", "fire"][n % 2], n) for n in range(30)]

    assert roles(("t", "Kategorie", "n"), *rows)[1] == "category"
    assert roles(("t", "xyz", "n"), *rows)[1] == "category"
    assert propose(("title", "n"), ("A", 1)).mapping.defaults == {
        "category": "my-table"
    }


def test_a_category_is_no_measure_and_no_person() -> None:
    """Few values are not enough."""
    rows = [
        (f"A {n}", ["yes", "no"][n % 2], ["f", "m"][n % 2], n % 3) for n in range(30)
    ]

    assert "category" not in roles(("title", "armed", "gender", "level"), *rows)


def test_addresses_are_sources_unless_they_show_pictures() -> None:
    """By name or by content."""
    address = "https://example.org/report"

    assert roles(("title", "Link"), ("A", address)) == ["title", "source.url"]
    assert roles(("title", "xyz"), ("A", address)) == ["title", "source.url"]
    assert roles(("title", "Photo link"), ("A", address)) == ["title", "own"]


@pytest.mark.parametrize(
    "name", ["media", "Media", "links", "Media link", "media_urls"]
)
def test_what_media_are_is_told_by_their_addresses(name: str) -> None:
    """Files of pictures and films are kept as they are; articles are sources."""
    head = ("title", "date", name)
    pictures = (
        ("A fire", "2020-01-01", "https://files.example/a/1.jpg"),
        (
            "A raid",
            "2020-01-02",
            "https://files.example/2.MP4?size=l, www.files.example/3.png",
        ),
    )
    articles = (
        ("A fire", "2020-01-01", "https://news.example/2020/a-fire.html"),
        ("A raid", "2020-01-02", "https://news.example/view?photo=a.jpg.html"),
    )

    assert roles(head, *pictures) == ["title", "date", "own"]
    assert roles(head, *articles) == ["title", "date", "source.url"]


def test_a_picture_may_be_the_source_where_its_column_says_so() -> None:
    """A photograph is evidence, too."""
    picture = ("A fire", "2020-01-01", "https://files.example/a/1.jpg")

    assert roles(("title", "date", "source"), picture)[-1] == "source"


def test_ids_need_not_be_called_so() -> None:
    """Short, unlike each other, with letters and digits."""
    rows = [(f"SRB{n:03}", n) for n in range(30)]

    assert roles(("xyz", "n"), *rows) == ["id", "own"]
    assert roles(("id", "n"), *rows) == ["id", "own"]
    assert roles(("station_id", "n"), *[("S1", n) for n in range(30)]) == ["own", "own"]


def test_empty_columns_without_a_name_are_dropped() -> None:
    """And others kept, though empty: the next file may fill them."""
    wanted = ["title", "drop", "drop", "own", "date"]
    head = ("title", "", "Unnamed: 2", "killed", "date")

    assert roles(head, ("A", None, " ", None, None)) == wanted


def test_hashtags_say_what_columns_are() -> None:
    """They stand below a head that says nothing."""
    head = ("a", "b", "c", "d")
    tags = ("#event", "#date", "#geo+lat", "#geo+lon")

    wanted = ["title", "date", "lat", "lon"]
    assert roles(head, tags, ("A", "2020-01-01", "44.8", "20.4")) == wanted
    assert roles(tags, ("A", "2020-01-01", "44.8", "20.4")) == wanted


def test_a_known_table_says_it_all() -> None:
    """Values of theirs, too."""
    head = "id,relid,type_of_violence,where_prec,date_start,date_end,latitude,longitude,version"
    row = ("1", "x", "3", "2", "2020-01-01", "2020-01-02", "1.5", "2.5", "22.1")

    mapping = propose(head.split(","), row).mapping

    assert mapping.known == "ucdp_ged"
    assert mapping.columns["date_start"] == "date.start"
    assert mapping.columns["version"] == "own"
    assert mapping.values["precision"]["2"] == "region"  # noqa: PD011 - no array
    assert mapping.date_order == "ymd"


def test_who_filled_in_a_form_is_left_out() -> None:
    """Telephone numbers are never recorded."""
    head = ("_uuid", "_submission_time", "phonenumber", "start", "Date of incident")
    row = ("a-b", "2020-01-02T10:00", "555", "2020-01-02T09:00", "2020-01-01")

    assert roles(head, row) == ["id", "own", "drop", "own", "date"]


def test_every_column_has_a_reason_and_own_ones_a_label() -> None:
    """As the header is written."""
    proposal = propose(("Title", "Killed  (total)"), ("A", 3))

    assert set(proposal.reasons) == {"Title", "Killed  (total)"}
    assert proposal.mapping.labels == {"Killed  (total)": "Killed (total)"}


def test_the_default_category_is_the_tables_name() -> None:
    """Without a year."""
    assert category_of("police-killings-2015") == "police-killings"
    assert category_of("Пожары") == "pozhary"
    assert category_of("2015") == "incident"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.lists(st.floats(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
NAMES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["lat", "lon", "date", "end", "type", "id", "geom", "name", "#geo+lat"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_table_has_a_mapping_that_can_be_followed(data: st.DataObject) -> None:
    """Whatever its columns are called and hold."""
    head = data.draw(st.lists(NAMES, unique=True, max_size=6))
    rows = data.draw(st.lists(st.tuples(*[VALUES] * len(head)), max_size=5))

    proposal = propose(head, *rows, geometry=data.draw(st.booleans()))

    check_mapping(proposal.mapping, "x")
    assert tuple(proposal.mapping.columns) == tuple(head) == proposal.mapping.head
    assert set(proposal.mapping.columns.values()) <= set(ROLES)
    for question in proposal.questions:
        for choice in question.choices:
            check_mapping(answer(proposal.mapping, question, choice), "x")


def shared_table(path: str) -> tuple[pd.DataFrame, bool]:
    """Read a table that lies beside the project; skip where it is missing."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{file} is missing")
    if file.suffix == ".geojson":
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        return pd.DataFrame([f["properties"] for f in features], dtype=object), True
    for encoding in ("utf-8", "cp1252"):
        try:
            frame = pd.read_csv(
                file,
                dtype=str,
                keep_default_na=False,
                encoding=encoding,
                sep=";" if file.name == "dms.csv" else ",",
            )
        except UnicodeDecodeError:
            continue
        return frame.replace("", None), False
    raise AssertionError(file)


EXPECTED: dict[str, dict[str, str]] = {
    "inputs/date_fecha.csv": {"Titular": "title", "Fecha": "date", "Latitud": "lat"},
    "inputs/date_longname.csv": {
        "Name": "title",
        "Date of Incident (month/day/year)": "date",
        "Circumstances": "summary",
    },
    "inputs/start_end.csv": {"date_start": "date.start", "date_end": "date.end"},
    "inputs/one_column.csv": {"Location": "point"},
    "inputs/maps_link.csv": {"map link": "point"},
    "inputs/own_names.csv": {"status": "own", "version": "own", "updated": "own"},
    "inputs/utm_zone.csv": {"easting": "easting", "zone": "zone"},
    "inputs/dms.csv": {"lat": "lat", "lon": "lon"},
    "inputs/comma_three.csv": {"lat": "lat", "lon": "lon"},
    "inputs/hxl.csv": {"title": "title", "date": "date", "lat": "lat"},
    "inputs/total_row.csv": {"title": "title", "summary": "summary", "lat": "lat"},
    "inputs/telegram.csv": {"Source": "source"},
    "inputs/id_remedy.csv": {"id": "id"},
    "inputs/one_column_each.csv": {"lat": "lat", "latitude": "own"},
    "inputs/circa.csv": {"date": "date"},
    "inputs/fiscal_year.csv": {"date": "date"},
    "inputs/typo_year.csv": {"date": "date"},
    "inputs/countries.csv": {"country": "country", "lat": "lat"},
    "datasets/nasa_glc.csv": {
        "date": "date",
        "landslide_type": "category",
        "location_accuracy": "precision",
        "source_link": "source.url",
        "geolocation": "own",
        "version": "own",
    },
    "datasets/missing_migrants.csv": {"date": "date", "cause_of_death": "category"},
    "datasets/538_police_killings.csv": {
        "year": "date.year",
        "month": "date.month",
        "day": "date.day",
        "latitude": "lat",
        "name": "own",
    },
    "datasets/stanford_msa.csv": {
        "CaseID": "id",
        "Title": "title",
        "Date": "date",
        "Data Source 7": "source",
        "Edit Date": "own",
    },
    "datasets/stanford_msa.geojson": {"Date": "date", "Title": "title"},
    "datasets/usgs_all_week.geojson": {
        "time": "date",
        "updated": "own",
        "type": "category",
        "status": "own",
        "url": "source.url",
    },
    "datasets/pygeoapi_obs.csv": {"id": "id", "datetime": "date", "long": "lon"},
}


@pytest.mark.parametrize("path", EXPECTED)
def test_real_tables_are_read_as_people_would(path: str) -> None:
    """Those that lie beside the project."""
    frame, placed = shared_table(path)

    proposal = propose_mapping(
        frame, format="csv", name="x", has_geometry=placed, today=TODAY
    )

    proposed = proposal.mapping.columns
    assert {name: proposed[name] for name in EXPECTED[path]} == EXPECTED[path]
