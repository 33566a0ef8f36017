"""Files of any kind become a map; nothing that can be kept is lost."""

from __future__ import annotations

import csv
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.importing.destination import open_destination
from geo.places.geocoder import geocode, geonames_geocoder
from tests.bringing import brought, brought_into, spots, told, written
from tests.shared import CORPUS, DATASETS, INPUTS, corpus, expected_inputs

CASES = corpus()
EXPECTED = expected_inputs()
#: Files of the corpus of which the records are kept, with what is wrong beside them.
KEPT = frozenset({"own/missing_coords.csv", "own/dates_mixed.csv"})
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
CELLS = st.sampled_from(
    (
        *("", "x", "Total", "2023-05-01", "1/5/2023", "n/a", "44.8", "20,4", "95"),
        *("-200", "Serbia", "Yugoslavia", "5 people", "+381 64 123-45-67", "0", "é"),
        *("https://example.org/a", "44.8, 20.4", "=1+1", "yes", "certain", "1e400"),
    )
)
COLUMNS = st.lists(
    st.sampled_from(
        ("title", "date", "lat", "lon", "country", "source", "status", "n", "id")
    ),
    min_size=1,
    max_size=6,
    unique=True,
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Return tables of cells that are right, wrong and odd."""
    head = draw(COLUMNS)
    rows = draw(
        st.lists(st.lists(CELLS, min_size=len(head), max_size=len(head)), max_size=8)
    )
    lines = (
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows
    )
    return "\n".join([",".join(head), *lines]) + "\n"


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the records of a map's folder by id."""
    layer = json.loads((folder / "incidents.geojson").read_bytes())
    return {each["id"]: each for each in layer["features"]}


@SLOW
@given(text=tables())
def test_each_row_is_in_a_count(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Taken, left out or refused; nothing else becomes of one."""
    folder = tmp_path_factory.mktemp("rows")

    report = brought_into(folder / "map", written(folder, "a.csv", text))

    refused = {fault.index for fault in report.refused}
    assert report.read == report.taken + report.left_out + len(refused)
    assert len(records(folder / "map")) == report.taken


@SLOW
@given(text=tables())
def test_a_table_that_comes_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Not a byte of a file."""
    folder = tmp_path_factory.mktemp("again")
    path = written(folder, "a.csv", text)
    brought_into(folder / "map", path)
    before = files_of(folder / "map")

    report = brought_into(folder / "map", path)

    assert files_of(folder / "map") == before
    assert report.counts.get("same", 0) == report.taken


@SLOW
@given(one=tables(), other=tables())
def test_the_order_of_tables_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str
) -> None:
    """What each gives is the same, but for ids that both would have taken.

    Of two tables with one head, the second is read as the first was: the first may have
    told how both are to be read.
    """
    heads = [set(text.splitlines()[0].split(",")) for text in (one, other)]
    assume(heads[0] != heads[1])
    folder = tmp_path_factory.mktemp("order")
    paths = [written(folder, "one.csv", one), written(folder, "two.csv", other)]
    contents = []
    for number, order in enumerate((paths, paths[::-1])):
        target = folder / str(number)
        for path in order:
            brought_into(target, path)
        made = records(target).values()
        contents.append(sorted(_without_ids(each) for each in made))

    assert contents[0] == contents[1]


def test_an_order_that_was_guessed_does_not_outlast_the_next_table(
    tmp_path: Path,
) -> None:
    """Two tables with one head share a mapping, but not what only one of them tells."""
    open_one = written(tmp_path, "one.csv", "title,date\nA,03/04/2022\n")
    rows = "B,04/25/2022\nC,03/04/2022\nD,05/28/2022\n"
    american = written(tmp_path, "two.csv", f"title,date\n{rows}")
    for number, order in enumerate(((open_one, american), (american, open_one))):
        target = tmp_path / str(number)
        for path in order:
            brought_into(target, path)

        dates = {
            each["properties"]["title"]: each["properties"]["date"]
            for each in records(target).values()
        }
        assert (dates["B"], dates["C"]) == ("2022-04-25", "2022-03-04")


def test_one_slip_does_not_turn_the_order_that_was_said(tmp_path: Path) -> None:
    """A person's word counts for the tables after it."""
    target = tmp_path / "map"
    one = written(tmp_path, "one.csv", "title,date\nA,03/04/2022\n")
    brought_into(target, one, date_order="dmy")

    brought_into(
        target,
        written(tmp_path, "two.csv", "title,date\nB,04/25/2022\nC,03/04/2022\n"),
    )

    dates = {each["properties"]["date"] for each in records(target).values()}
    assert dates == {"2022-04-03", "2022-04-25"}


def _without_ids(feature: dict[str, Any]) -> str:
    properties = {
        name: value
        for name, value in feature["properties"].items()
        if name not in {"given_id", "category", "citations"}
    }
    return json.dumps([properties, feature["geometry"]], sort_keys=True)


def test_ids_of_one_table_are_never_taken_by_another(tmp_path: Path) -> None:
    """The second says which it wrote, and gets others."""
    folder = tmp_path / "map"
    one = written(tmp_path, "one.csv", "id,title\na1,A wall\na2,A street\n")
    two = written(tmp_path, "two.csv", "id,title,n\na1,A bridge,1\na3,A lane,2\n")

    brought_into(folder, one)
    before = records(folder)
    brought_into(folder, two)

    after = records(folder)
    assert {name: after[name] for name in before} == before
    assert len(after) == 4
    ours, theirs = (open_destination(folder).ids_of(each) for each in ("one", "two"))
    assert ours == {"a1", "a2"}
    assert not ours & theirs


def test_a_row_that_left_a_table_keeps_its_record(tmp_path: Path) -> None:
    """A table that is shorter today deletes nothing."""
    folder = tmp_path / "map"
    brought_into(folder, written(tmp_path, "a.csv", "id,title\na1,A wall\na2,A lane\n"))

    report = brought_into(
        folder, written(tmp_path, "a.csv", "id,title\na1,A new wall\n")
    )

    assert report.counts == {"changed": 1}
    assert set(records(folder)) == {"a1", "a2"}


def test_cells_that_are_not_understood_are_kept(tmp_path: Path) -> None:
    """Beside the property that the record then lacks."""
    text = "title,date,lat,lon,country\nA wall,2023-05-01,44.8,20.4,Serbia\n"
    text += "A lane,soon,north,20.4,Yugoslavia\n"

    [_, odd] = brought(written(tmp_path, "a.csv", text)).incidents

    assert (odd.date, odd.geometry, odd.country) == (None, None, None)
    assert {"soon", "north", "Yugoslavia"} <= set(odd.extra.values())


def test_refused_rows_are_in_a_file_to_be_mended(tmp_path: Path) -> None:
    """In the columns of the table, with the reason; mended, they come in."""
    folder = tmp_path / "map"
    path = written(tmp_path, "a.csv", "title,n\nA wall,1\nA lane,2,3,4\n")

    report = brought_into(folder, path)

    with (folder / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["title"] == "A lane"
    assert "has 4 cells" in row["why it was refused"]
    assert report.refused_file == str(folder / "refused.csv")
    again = brought_into(folder, Path(report.refused_file))
    assert again.taken == 1
    assert len(records(folder)) == 2


@pytest.mark.skipif(not CASES, reason="shared/corpus is not on this machine")
@pytest.mark.parametrize(
    ("name", "expected"), [(case["file"], case["expected"]) for case in CASES]
)
def test_each_file_of_the_corpus_gets_its_verdict(name: str, expected: str) -> None:
    """Accepted, warned of, mended or refused; what was partial is kept whole."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"{name} is in the manifest, but not in the corpus")
    if expected == "reject":
        with pytest.raises(DataError, match=path.name):
            brought(path)
        return
    try:
        found = brought(path)
    except DataError as error:
        assert "reject" in expected
        assert path.name in str(error)  # noqa: PT017 - only some are refused
        return
    assert not found.refused
    assert len(found.incidents) == found.read - found.report.left_out
    if expected.startswith("partial"):
        assert name in KEPT
    if not expected.startswith("accept"):
        assert found.verdict == "warn"
        assert told(found)


@pytest.mark.skipif(not EXPECTED, reason="shared/inputs is not on this machine")
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_small_file_that_people_bring_is_read_right(
    name: str, tmp_path: Path
) -> None:
    """One of its right outcomes holds, without a question."""
    offline = partial(geocode, chain=(geonames_geocoder,))
    folder = tmp_path / "map"

    report = brought_into(folder, INPUTS / name, geocode=offline)

    features = list(records(folder).values())
    said = json.dumps(report.as_json(), ensure_ascii=False)
    wrong = [_differs(outcome, features, said) for outcome in EXPECTED[name]]
    assert "" in wrong


def _differs(outcome: dict[str, Any], features: list[Any], said: str) -> str:
    """Return how records differ from those of an outcome; empty if they do not."""
    expected = outcome.get("features")
    if expected is not None and len(expected) != len(features):
        return f"{len(features)} records, not {len(expected)}"
    for each, feature in zip(expected or (), features, strict=False):
        text = json.dumps(feature, ensure_ascii=False)
        for key, value in each.items():
            if key == "point":
                shape = feature["geometry"]
                spot = shape and pytest.approx(shape["coordinates"][:2], abs=1e-3)
                is_right = spot == value
            elif key in {"contains", "lacks"}:
                is_right = (value in text) == (key == "contains")
            else:
                held = feature["properties"].get(key)
                is_right = held in value if isinstance(value, list) else held == value
            if not is_right:
                return f"{key} is not {value!r}: {text}"
    for pattern in outcome.get("told", ()):
        if not re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return f"not told: {pattern}"
    return ""


@pytest.mark.parametrize(
    ("name", "rows", "least_taken", "least_dated", "least_placed"),
    [
        ("stanford_msa.csv", 335, 335, 335, 335),
        ("stanford_msa.geojson", 335, 335, 335, 335),
        ("538_police_killings.csv", 467, 467, 467, 467),
        ("pygeoapi_obs.csv", 5, 5, 5, 5),
        ("pygeoapi_obs_malformatted.csv", 5, 5, 5, 3),
        ("nasa_glc.csv", 9_564, 9_564, 9_540, 9_540),
        ("usgs_all_week.geojson", 2_124, 2_124, 2_124, 2_124),
        ("missing_migrants.csv", 2_420, 2_418, 2_400, 2_400),
    ],
)
def test_data_sets_of_others_become_incidents(
    name: str, rows: int, least_taken: int, least_dated: int, least_placed: int
) -> None:
    """Nothing said of them: whatever they call their columns."""
    if not (DATASETS / name).exists():
        pytest.skip("shared/datasets is not on this machine")

    found = brought(DATASETS / name)

    made = found.incidents
    assert found.read == rows
    assert len(made) >= least_taken
    assert sum(one.date is not None for one in made) >= least_dated
    assert sum(one.geometry is not None for one in made) >= least_placed


def test_the_number_of_a_house_is_held_back_from_the_place(tmp_path: Path) -> None:
    """The street stays, in place and made title; roads with numbers are none."""
    path = written(
        tmp_path,
        "a.csv",
        'type,date,place\nSlide,2020-01-01,"22 Elm Tree Lane, Springfield"\n'
        "Slide,2020-01-02,Highway 12 at Salem\n",
    )

    first, second = brought(path).incidents

    assert first.place == "Elm Tree Lane, Springfield"
    assert "22 " not in first.title
    assert second.place == "Highway 12 at Salem"


@pytest.mark.parametrize(
    ("head", "row", "kept"),
    [
        ("title,place", 'Shot,"ул. Ленина, д. 5, кв. 12"', "ул. Ленина"),
        ("title,place", "Fire,Hauptstraße 5a", "Hauptstraße"),
        ("title,place", 'Raid,"Calle Mayor 3, 2º B"', "Calle Mayor"),
        ("title,place", "Raid,Atatürk Caddesi No: 5 D: 3", "Atatürk Caddesi"),
        ("title,city,address", "Shot,Tucson,350 W 34th", "Tucson"),
    ],
)
def test_a_point_at_an_address_is_made_coarse(
    head: str, row: str, kept: str, tmp_path: Path
) -> None:
    """No finer than a neighbourhood, and told; the record stays."""
    path = written(tmp_path, "a.csv", f"{head},lat,lon\n{row},44.81234,20.45678\n")

    layer = brought(path)

    [incident] = layer.incidents
    assert incident.place == kept
    assert incident.geometry is not None
    assert incident.geometry.coords[0] == (20.46, 44.81)
    assert incident.precision == "neighbourhood"
    assert incident.generalised


@pytest.mark.parametrize("going", ["present", "ongoing", "у току", "продолжается"])
def test_what_goes_on_has_no_end(going: str, tmp_path: Path) -> None:
    """And loses nobody else's."""
    path = written(
        tmp_path,
        "a.csv",
        f"title,from,until\nA,2022-03-01,{going}\nB,2022-03-02,{going}\n"
        "C,2022-03-03,2022-03-05\n",
    )

    assert [str(each.date) for each in brought(path).incidents] == [
        "2022-03-01/..",
        "2022-03-02/..",
        "2022-03-03/2022-03-05",
    ]


@pytest.mark.parametrize(
    "nothing", ["Unknown", "n.a.", "k.A.", "-99", "brak danych", "непознато", "不详"]
)
def test_words_for_nothing_name_no_place_country_or_source(
    nothing: str, tmp_path: Path
) -> None:
    """Nor is "n.a." Namibia."""
    path = written(
        tmp_path,
        "a.csv",
        f"title,city,country,source\nA,{nothing},{nothing},{nothing}\n"
        "B,Windhoek,Namibia,The Namibian\n",
    )

    first, second = brought(path).incidents

    assert (first.place, first.country) == ("", None)
    assert [each.source for each in first.citations] == ["a-table"]
    assert (second.place, second.country) == ("Windhoek", "NA")


def test_addresses_that_are_not_shown_are_told(tmp_path: Path) -> None:
    """With what shows their streets, which works as printed."""
    path = written(
        tmp_path,
        "a.csv",
        'title,"Full address",lat,lon\nFire,"Main Street 5, Bor",44.8,20.4\n',
    )

    layer = brought(path)

    [remark] = [each for each in layer.remarks if each.code == "withheld.address"]
    assert remark.rows == (0,)
    assert "--map 'Full address=place'" in remark.remedy
    again = brought(path, columns={"Full address": "place"})
    assert again.incidents[0].place == "Main Street, Bor"


def test_a_house_is_held_back_from_all_texts(tmp_path: Path) -> None:
    """Title, id, summary, notes and own fields; numbers of other things stay."""
    path = written(
        tmp_path,
        "a.csv",
        "title,summary,weather,lodging,lat,lon\n"
        '"Shots at 12 Main Street","In ulica Kralja Petra 12.",'
        '"7 Elm Lane, near Highway 101","his home at 7 Elm Lane",44.81234,20.4\n'
        'Fire in Block 12,School No. 5 burnt,Gate 5,"Trg 14",44.81234,20.4\n',
    )

    first, second = brought(path).incidents

    assert first.title == "Shots at Main Street"
    assert first.id == "shots-at-main-street"
    assert first.summary == "In ulica Kralja Petra."
    assert first.extra == {"weather": "Elm Lane, near Highway 101"}
    assert first.precision == "neighbourhood"
    assert second.title == "Fire in Block 12"
    assert second.summary == "School No. 5 burnt"
    assert second.extra == {"weather": "Gate 5", "lodging": "Trg 14"}
    assert second.precision is None


def test_digits_of_other_scripts_are_dates_and_numbers(tmp_path: Path) -> None:
    """Those of Arabic and Persian, as their tables have them."""
    path = written(
        tmp_path,
        "a.tsv",
        "التاريخ\tالمكان\tالقتلى\n٢٠٢٣/٠٥/٠١\tحلب\t٣\n٢٠٢٣/٠٥/١٣\tحمص\t١٢\n",
    )

    first, second = brought(path).incidents

    assert (first.date, second.date) == ("2023-05-01", "2023-05-13")
    assert (first.extra, second.extra) == ({"القتلى": 3}, {"القتلى": 12})


def test_ukrainian_letters_of_the_hemispheres_make_a_place(tmp_path: Path) -> None:
    """In one column, as Ukrainian tables have them."""
    path = written(
        tmp_path,
        "a.csv",
        "Подія,Координати\nОбстріл,50°30' пн. ш. 30°15' сх. д.\n"
        "Удар,50°33' пн. ш. 30°12' сх. д.\n",
    )

    found = brought(path)

    assert spots(found) == [[30.25, 50.5], [30.2, 50.55]]


@pytest.mark.parametrize("name", ["Unknown", "not specified", "Неизвестно", "不明"])
def test_a_place_that_is_said_not_to_be_known_is_none(
    tmp_path: Path, name: str
) -> None:
    """No record is "in Unknown", and nothing of that name is looked up."""
    table = written(tmp_path, "a.csv", f"title,date,city\nA fire,2023-01-02,{name}\n")

    brought_into(tmp_path / "map", table)

    (feature,) = records(tmp_path / "map").values()
    assert not feature["properties"].get("place")
    assert feature["geometry"] is None


def test_the_state_of_a_town_is_kept_with_it(tmp_path: Path) -> None:
    """There is a Canton in Ohio and one in Georgia."""
    head = "title,date,city,county,state\n"
    row = "A fire,2022-03-04,Canton,Stark County,Ohio\n"

    [fire] = brought(written(tmp_path, "a.csv", head + row)).incidents

    assert (fire.place, fire.extra["state"]) == ("Canton", "Ohio")
    assert fire.extra["county"] == "Stark County"


def test_a_state_that_is_the_place_is_not_kept_twice(tmp_path: Path) -> None:
    """Where nothing finer is named."""
    text = "title,date,state\nA fire,2022-03-04,Ohio\n"

    [fire] = brought(written(tmp_path, "a.csv", text)).incidents

    assert fire.place == "Ohio"
    assert "state" not in fire.extra


@pytest.mark.parametrize(
    ("head", "row", "date"),
    [
        ("StartDay,StartMonth,StartYear", "4,3,2022", "2022-03-04"),
        (
            "Start Year,Start Month,Start Day,End Year,End Month,End Day",
            "2022,3,4,2022,3,9",
            "2022-03-04/2022-03-09",
        ),
        ("iyear,imonth,iday,end year,end month", "2022,3,0,2022,5", "2022-03/2022-05"),
        (
            "año inicio,mes inicio,año fin,mes fin",
            "2022,marzo,2022,mayo",
            "2022-03/2022-05",
        ),
        ("开始年份,开始月份,结束年份,结束月份", "2022,3,2022,5", "2022-03/2022-05"),
        ("year,month,day,end day", "2022,3,4,9", "2022-03-04"),
    ],
)
def test_starts_and_ends_in_parts_are_one_date(
    tmp_path: Path, head: str, row: str, date: str
) -> None:
    """Each in up to three columns; an end without a year is none."""
    text = f"title,{head}\nA strike,{row}\n"

    [strike] = brought(written(tmp_path, "a.csv", text)).incidents

    assert str(strike.date) == date


def test_what_a_form_asks_is_read_before_when_it_was_sent(tmp_path: Path) -> None:
    """And who sent it is held back, also from the places that are looked up."""
    text = (
        "Timestamp,Email Address,When did it happen? (DD/MM/YYYY),What happened?,"
        '"Where did it happen? (street, city)",Your name\n'
        "2023/03/06 9:00:00 AM GMT+1,b@example.org,05/03/2023,A window was broken.,"
        '"Knez Mihailova 12, Beograd",B. B.\n'
    )

    found = brought(written(tmp_path, "a.csv", text), geocode=geocode)

    [window] = found.incidents
    assert str(window.date) == "2023-03-05"
    assert window.title == "A window was broken."
    assert window.place == "Knez Mihailova, Beograd"
    assert "B. B." not in str(window.extra)
    assert "example.org" not in told(found)


def test_the_parts_of_objects_in_geojson_are_columns(tmp_path: Path) -> None:
    """As programs save what they hold."""
    properties = {
        "attributes": {"title": "A march", "when": {"date": "2023-01-02"}},
        "place": {"city": "Belgrade", "country": "Serbia"},
        "source": {"name": "Danas", "url": "https://example.org/x"},
    }
    point = {"type": "Point", "coordinates": [20.4, 44.8]}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    layer = {"type": "FeatureCollection", "features": [feature]}

    found = brought(written(tmp_path, "a.geojson", json.dumps(layer)))

    [march] = found.incidents
    assert (march.title, march.place, march.country) == ("A march", "Belgrade", "RS")
    assert str(march.date) == "2023-01-02"
    assert [cited.url for cited in march.citations] == ["https://example.org/x"]


def test_a_log_of_the_police_is_read(tmp_path: Path) -> None:
    """Titles stand above its head; its times have no colon."""
    text = (
        "Police Department Daily Log,,,,\n"
        "Week of 01/08/2024 - 01/14/2024,,,,\n"
        "Case #,Date/Time Reported,Date/Time Occurred,Offense,Location\n"
        "24-00123,01/09/2024 0815,01/08/2024 2330,BURGLARY,1423 W MAPLE ST APT 3\n"
        "24-00126,01/13/2024 0200,01/13/2024 0130,ASSAULT,Unknown\n"
    )

    found = brought(written(tmp_path, "a.csv", text))

    burglary, assault = found.incidents
    assert (burglary.id, burglary.date, burglary.place) == (
        "24-00123",
        "2024-01-08",
        "W MAPLE ST",
    )
    assert (assault.date, assault.place) == ("2024-01-13", "")
    assert "Daily Log" in told(found)


def test_a_head_of_texts_above_texts_is_known_below_titles(tmp_path: Path) -> None:
    """Though no row has a number or a day."""
    text = "Incidents of the desk,,\nTitle,Town,Agency\nA fire,Niš,Danas\n"
    text += "A march,Vranje,N1\n"

    fire, _ = brought(written(tmp_path, "a.csv", text)).incidents

    assert (fire.title, fire.place) == ("A fire", "Niš")
