"""Files of others are read apart: within limits, and with errors of ours alone."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from shapely import to_wkb
from shapely.geometry import Point

from geo.base.errand import Errand, Step
from geo.base.errors import DataError, IncidentMapError, StoppedError
from geo.base.settings import ROOT
from geo.base.settings import settings as deployment
from geo.commands.import_ import import_
from geo.formats.guarded import Guard, guarded
from tests.bringing import brought, told, written

WKB = to_wkb(Point(20.4, 44.8))
READERS = "tests.readers"
MARK = (
    "<Placemark><name>a</name><Point><coordinates>20.4,44.8</coordinates></Point>"
    "</Placemark>"
)
KML = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{MARK}</Document></kml>'


def parquet(path: Path, table: pa.Table) -> Path:
    """Return a GeoParquet file of a table."""
    columns = {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": columns}
    pq.write_table(
        table.replace_schema_metadata({"geo": json.dumps(about)}),
        path,
        compression="zstd",
    )
    return path


def points(count: int = 40) -> gpd.GeoDataFrame:
    """Return points with a title each."""
    spots = [Point(20 + number / 1000, 44) for number in range(count)]
    titles = [f"Title {number}" for number in range(count)]
    return gpd.GeoDataFrame({"title": titles}, geometry=spots, crs=4326)


def geopackage(path: Path, *statements: str) -> Path:
    """Return a GeoPackage of one point, changed by SQL."""
    points(1).to_file(path, layer="points")
    connection = sqlite3.connect(path)
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(triggers).fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


# --- limits ------------------------------------------------------------------


#: Opens a file; prints why it is refused, and the most memory in MB that it took.
OPENING = """
import resource, sys
from pathlib import Path
from geo.base.errors import DataError
from geo.formats.guarded import Guard
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
try:
    open_table(Path(sys.argv[1]), ReadOptions(), Guard(memory_mb=300))
except DataError as error:
    print(error)
status = Path("/proc/self/status").read_text()
own_kb = int(status.partition("VmHWM:")[2].split()[0])
print(max(own_kb, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


def opened_alone(path: Path) -> tuple[str, int]:
    """Open a file in a program of its own: what it says, and the MB that it took.

    A process has the peak of the one that it was forked from, and tests grow large.
    """
    command = [sys.executable, "-c", OPENING, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    *said, peak_mb = done.stdout.splitlines()
    return "\n".join(said), int(peak_mb)


def of_one_name(folder: Path) -> Path:
    """Return a table whose one column has an endless name."""
    return written(folder, "a.csv", f"{'x' * 900_000},lat,lon\n" + "a,44,20\n" * 2000)


def of_texts_in_lists(folder: Path) -> Path:
    """Return a file of 10 kB that holds 400 MB of texts in lists."""
    table = pa.table({"title": [["x" * 1000] * 2000] * 200, "geometry": [WKB] * 200})
    return parquet(folder / "a.parquet", table)


def of_one_entry(folder: Path) -> Path:
    """Return a file in which 400,000 rows share one text."""
    rows = pa.array([0] * 400_000)
    table = {"title": pa.array(["x" * 500]), "geometry": pa.array([WKB])}
    shared = {name: column.take(rows) for name, column in table.items()}
    return parquet(folder / "a.parquet", pa.table(shared))


def of_one_short_entry(folder: Path) -> Path:
    """Return a file of 4 kB with as many records as a small town has people."""
    count = 400_000
    table = pa.table({"title": ["x"] * count, "geometry": [WKB] * count})
    return parquet(folder / "a.parquet", table)


def of_lists(folder: Path) -> Path:
    """Return a file in which each byte becomes many."""
    holds = "[" + "[]," * 15_000_000 + "[]]"
    feature = f'{{"type":"Feature","geometry":null,"properties":{{"a":{holds}}}}}'
    return written(folder, "a.geojson", feature)


def of_attributes(folder: Path) -> Path:
    """Return a feature with more attributes than a table may have columns."""
    feature = {"type": "Feature", "geometry": None}
    feature["properties"] = {f"a{number}": number for number in range(20_000)}
    return written(folder, "a.geojson", json.dumps(feature))


def of_columns(folder: Path) -> Path:
    """Return a table with more columns than are read."""
    head = ",".join(f"a{number}" for number in range(20_000))
    return written(folder, "a.csv", f"lat,lon,{head}\n44,20\n")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (of_one_name, "a column whose name has 900000 characters"),
        (of_texts_in_lists, "INCIDENTS_IMPORT_MEMORY_MB"),
        (of_one_entry, "over 100 times its size"),
        (of_one_short_entry, "over 100 times its size"),
        (of_lists, "INCIDENTS_IMPORT_MEMORY_MB"),
        (of_attributes, "20000 names; at most 2000"),
        (of_columns, "20002 columns; at most 2000"),
    ],
)
def test_a_small_file_takes_no_gigabytes(
    make: Callable[[Path], Path], reason: str, tmp_path: Path
) -> None:
    """What it claims is refused before it is made, or where the memory for it ends."""
    said, peak_mb = opened_alone(make(tmp_path))

    assert re.search(reason, said)
    # The libraries take some 200 MB, besides the limit.
    assert peak_mb < 650


def test_columns_that_a_file_computes_are_left_out(tmp_path: Path) -> None:
    """Made of each other, a few bytes of them are gigabytes."""
    first = "title || title || title || title"
    chain = [first, *(f"g{number} || g{number}" for number in range(24))]
    path = geopackage(
        tmp_path / "a.gpkg",
        *(
            f"ALTER TABLE points ADD COLUMN g{number} TEXT AS ({rule}) VIRTUAL"
            for number, rule in enumerate(chain)
        ),
    )

    found = brought(path)

    assert [one.extra for one in found.incidents] == [{}]
    assert "g24: warning: is computed by the file" in told(found)


FILE = Path("a file")


def test_a_reader_that_ends_is_an_error_of_ours() -> None:
    """It names the file, and how the reader ended."""
    with pytest.raises(DataError, match=r"a file: ended the program .*signal 6"):
        list(guarded(f"{READERS}:ends_by_itself", FILE, {}, Guard()))


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or only waits to be taken note of."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return ") Z " in state


def test_a_reader_that_takes_too_long_is_ended_with_all_it_started(
    tmp_path: Path,
) -> None:
    """Nothing of it goes on."""
    options = {"folder": str(tmp_path)}
    guard = Guard(timeout_s=5.0)

    with pytest.raises(DataError, match="INCIDENTS_IMPORT_TIMEOUT_S"):
        list(guarded(f"{READERS}:never_ends", FILE, options, guard))

    pid = int((tmp_path / "pid").read_text())
    deadline_s = time.monotonic() + 30
    while not has_ended(pid) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert has_ended(pid)


def test_a_reader_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    """As when an editor cancels: at once, though it says nothing by itself."""

    def read(_step: Step) -> list[object]:
        options = {"folder": str(tmp_path)}
        return list(guarded(f"{READERS}:never_ends", FILE, options, Guard()))

    errand = Errand(read)
    deadline_s = time.monotonic() + 30
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    errand.call_off()

    with pytest.raises(StoppedError):
        errand.result()
    assert has_ended(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds this limit")
def test_memory_is_counted_from_what_reading_needs_anyway() -> None:
    """So the limit means the same whatever the libraries take."""
    function = f"{READERS}:takes_memory"

    assert list(guarded(function, FILE, {"size_bytes": 80_000_000}, Guard(100)))
    with pytest.raises(DataError, match="more than 100 MB of memory"):
        list(guarded(function, FILE, {"size_bytes": 120_000_000}, Guard(100)))


def test_what_a_library_prints_is_no_answer() -> None:
    """Neither past Python's standard output nor through it."""
    assert list(guarded(f"{READERS}:prints", FILE, {}, Guard())) == ["a file"]


def test_a_reader_knows_nothing_of_the_deployment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that takes a reader over finds no password."""
    monkeypatch.setenv("INCIDENTS_LAYER", "postgresql://user:secret@host/database")

    [names] = guarded(f"{READERS}:tells_environment", FILE, {}, Guard())

    assert not [name for name in names if name.startswith("INCIDENTS")]


def test_nobody_is_left_when_an_answer_is_not_waited_for() -> None:
    """As when somebody stops an import."""
    answers = guarded(f"{READERS}:ends_by_itself", FILE, {}, Guard())

    assert next(answers) == "a file"
    answers.close()  # type: ignore[attr-defined]


def test_a_disk_without_room_for_what_is_unpacked_is_named(tmp_path: Path) -> None:
    """With the variable that says where that is, whatever the format."""
    members = {"a.csv": f"title,lat,lon\n{'a' * 300_000},44.8,20.4\n"}
    zipped = tmp_path / "a.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    flat = tmp_path / "a.fgb"
    points(4000).to_file(flat)
    # A disk of our own takes a privilege; a limit on files ends in the same error.
    program = """
import resource, sys
from pathlib import Path
from geo.base.errors import SettingsError
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.base.settings import ROOT
from geo.base.settings import settings as deployment
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for path in sys.argv[1:]:
    try:
        open_table(Path(path), ReadOptions())
    except SettingsError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(zipped), str(flat)],
        capture_output=True,
        text=True,
        check=True,
    )

    lines = done.stdout.splitlines()
    assert len(lines) == 2
    for path, line in zip((zipped, flat), lines, strict=True):
        assert str(path) in line
        assert "TMPDIR" in line


def test_the_deployment_says_what_reading_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command follows its settings."""
    monkeypatch.setenv("INCIDENTS_IMPORT_MEMORY_MB", "50")
    deployment.cache_clear()
    try:
        result = CliRunner().invoke(import_, [str(of_lists(tmp_path)), "--look"])
    finally:
        monkeypatch.undo()
        deployment.cache_clear()

    assert isinstance(result.exception, DataError)
    assert "more than 50 MB" in str(result.exception)


# --- what is damaged ---------------------------------------------------------


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_flatgeobuf_that_is_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    """And never read with fewer records."""
    path = tmp_path / "a.fgb"
    points(300).to_file(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(DataError, match="cut off or damaged"):
        brought(path)


def test_a_flatgeobuf_that_lost_its_last_records_is_refused(tmp_path: Path) -> None:
    """Where it ends between two of them, its header says how many there were."""
    path = tmp_path / "a.fgb"
    points(300).to_file(path, SPATIAL_INDEX="NO")
    data = path.read_bytes()
    at = 12 + struct.unpack_from("<I", data, 8)[0]
    for _ in range(200):
        at += 4 + struct.unpack_from("<I", data, at)[0]
    path.write_bytes(data[:at])

    with pytest.raises(DataError, match="says that it has 300 records, but 200"):
        brought(path)


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_shapefile_with_a_part_cut_off_is_refused(
    suffix: str, tmp_path: Path
) -> None:
    """Each part says how long it is."""
    points(300).to_file(tmp_path / "a.shp")
    part = tmp_path / f"a{suffix}"
    part.write_bytes(part.read_bytes()[:-1000])

    with pytest.raises(DataError, match=r"says (that )?it has"):
        brought(tmp_path / "a.shp")


def test_rows_deleted_from_a_shapefile_are_not_missed(tmp_path: Path) -> None:
    """Programs mark them, and leave them where they are."""
    points(3).to_file(tmp_path / "a.shp")
    table = tmp_path / "a.dbf"
    data = bytearray(table.read_bytes())
    data[struct.unpack_from("<H", data, 8)[0]] = ord("*")
    table.write_bytes(data)

    assert len(brought(tmp_path / "a.shp").incidents) == 2


def test_a_geopackage_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Though the pages that are read may all be there."""
    path = geopackage(tmp_path / "a.gpkg")
    path.write_bytes(path.read_bytes()[:-4096])

    with pytest.raises(DataError, match="cut off"):
        brought(path)


def test_a_geopackage_that_counts_more_than_it_has_is_told(tmp_path: Path) -> None:
    """Not refused: not all programs keep the number right."""
    counted = "UPDATE gpkg_ogr_contents SET feature_count = 9"

    found = brought(geopackage(tmp_path / "a.gpkg", counted))

    assert "says that it has 9 records; 1 are there" in told(found)


def test_an_archive_that_counts_more_than_it_lists_is_refused(tmp_path: Path) -> None:
    """A member could be missing."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "title,lat,lon\na,44.8,20.4\n")
    data = bytearray(path.read_bytes())
    data[-12] = 2
    path.write_bytes(data)

    with pytest.raises(DataError, match="says that it has 2 members; 1 are there"):
        brought(path)


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_a_sequence_whose_last_line_is_cut_off_is_refused(
    mark: str, tmp_path: Path
) -> None:
    """And not read without it."""
    one = '{"type":"Feature","geometry":null,"properties":{"title":"a"}}'
    text = f"{mark}{one}\n" * 3

    with pytest.raises(DataError, match="line 3"):
        brought(written(tmp_path, "a.geojsons", text[:-20]))


# --- tracebacks --------------------------------------------------------------


#: Takes the rules of a table away, so that it holds anything, as SQLite's tables may.
FREED = (
    "CREATE TABLE copy AS SELECT * FROM gpkg_spatial_ref_sys",
    "DROP TABLE gpkg_spatial_ref_sys",
    "ALTER TABLE copy RENAME TO gpkg_spatial_ref_sys",
)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 'abc'",
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = x'ff'",
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = NULL",
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = -5",
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 99999999999999",
        "UPDATE gpkg_spatial_ref_sys SET organization = x'ff'",
        "UPDATE gpkg_geometry_columns SET srs_id = 'abc'",
        "UPDATE gpkg_geometry_columns SET srs_id = x'ff'",
        "UPDATE gpkg_geometry_columns SET srs_id = 1e300",
    ],
)
def test_a_system_that_is_no_number_is_refused(wrong: str, tmp_path: Path) -> None:
    """SQLite keeps any value in any column."""
    with pytest.raises(DataError, match=r"a\.gpkg.*--crs"):
        brought(geopackage(tmp_path / "a.gpkg", *FREED, wrong))


def test_texts_of_a_geopackage_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    """With the byte."""
    wrong = "UPDATE points SET title = CAST(x'd0ff' AS TEXT)"

    with pytest.raises(DataError, match="not UTF-8: byte 0xd0"):
        brought(geopackage(tmp_path / "a.gpkg", wrong))


@pytest.mark.parametrize(
    "name",
    [
        *("utf-7", "utf-16", "utf-16-le", "utf-32", "cp037", "shift_jis", "idna"),
        *("punycode", "base64", "rot13", "undefined", "mbcs", "zlib", "nonsense"),
        "x" * 500,
    ],
)
def test_kml_in_an_odd_encoding_is_refused(name: str, tmp_path: Path) -> None:
    """Whatever Python makes of its name."""
    text = f'<?xml version="1.0" encoding="{name}"?>{KML}'

    with pytest.raises(DataError, match=r"a\.kml: is not well-formed XML"):
        brought(written(tmp_path, "a.kml", text))


@lru_cache(maxsize=1)
def samples() -> dict[str, bytes]:
    """Return a small file of each format."""
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        points(5).to_file(here / "a.fgb")
        points(5).to_file(here / "a.gpkg", layer="points")
        points(5).to_file(here / "a.shp")
        table = pa.table({"title": ["a", "b"], "geometry": [WKB] * 2})
        parquet(here / "a.parquet", table)
        for suffix in ("fgb", "gpkg", "parquet"):
            made[f"a.{suffix}"] = (here / f"a.{suffix}").read_bytes()
        shapes = {
            path.name: path.read_bytes()
            for path in here.iterdir()
            if path.suffix in {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        }
    made["shapes.zip"] = packed(shapes)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["title", "lat", "lon"], ["a", 44.8, 20.4]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    made["a.xlsx"] = out.getvalue()
    made["a.csv"] = b"title,lat,lon\na,44.8,20.4\n\xd0\x96,44.9,20.5\n"
    made["a.kml"] = KML.encode()
    made["a.kmz"] = packed({"doc.kml": KML.encode()})
    feature = b'{"type":"Feature","geometry":null,"properties":{"title":"a"}}'
    made["a.geojson"] = feature
    made["a.geojsons"] = (b"\x1e" + feature + b"\n") * 2
    return made


def packed(members: dict[str, bytes]) -> bytes:
    """Return an archive, its members as they are so that a changed byte reaches them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def damaged(data: bytes, seed: int) -> bytes:
    """Return a file with some bytes changed, left out, doubled or cut off."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        kind = chance.randrange(8)
        if kind == 0:
            del changed[at : at + chance.randint(1, 40)]
        elif kind == 1:
            changed[at:at] = changed[at : at + chance.randint(1, 40)]
        elif kind == 2:
            changed[at:] = b""
        else:
            changed[at] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
        changed = changed or bytearray(b"x")
    return bytes(changed)


@pytest.mark.parametrize("name", sorted(samples()))
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_is_an_error_of_ours(name: str, seed: int) -> None:
    """Whatever its library raises."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), name, damaged(samples()[name], seed))
        try:
            brought(path)
        except IncidentMapError as error:
            message = str(error)
        else:
            return
    assert str(path) in message
