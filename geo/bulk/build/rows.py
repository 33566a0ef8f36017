"""What becomes of a row of a dump, as ibis expressions for any engine.

Every function takes tables and returns a table; nothing runs here.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from geo.base.grid import GRID, GRID_BITS, MAX_LAT, morton, unit_square
from geo.bulk.build.dumps import TAKEN
from geo.model.vocabulary import Kind, LocationBasis, PlaceRole, Status

#: Zoom at which places are summarised: cells of about 150 km at the equator.
SUMMARY_ZOOM: Final = 8
#: Bits of the Z-order curve that a partition of the layer stands for: 64 partitions.
TILE_BITS: Final = 6
#: The partition of rows without a place.
UNPLACED: Final = "none"
_Z_BITS: Final = 2 * GRID_BITS
IbisTable = Any  # ibis' expressions are not typed


def cleaned(raw: IbisTable) -> IbisTable:
    """Return the rows with texts trimmed, empty ones null, codes in their case."""
    texts = {name: raw[name].strip().nullif("") for name in TAKEN}
    for name in ("category", "kind", "status", "precision", "place_role"):
        texts[name] = texts[name].lower()
    texts["country"] = texts["country"].upper()
    texts["kind"] = texts["kind"].fill_null(str(Kind.EVENT))
    texts["status"] = texts["status"].fill_null(str(Status.REPORTED))
    return raw.mutate(**texts)


def distinct_dates(rows: IbisTable) -> IbisTable:
    """Return the distinct dates of cleaned rows, to look up."""
    return rows.filter(rows.date.notnull()).select("date").distinct()


def distinct_places(rows: IbisTable) -> IbisTable:
    """Return the distinct names to look up: of cleaned rows without coordinates."""
    unlocated = rows.filter(
        rows.place.notnull() & rows.lon.isnull() & rows.lat.isnull()
    )
    return unlocated.select(
        place_key=unlocated.place, country_key=unlocated.country.fill_null("")
    ).distinct()


def placed_and_dated(rows: IbisTable, dates: IbisTable, places: IbisTable) -> IbisTable:
    """Return cleaned rows with the days their dates may mean and their places."""
    given_lon, given_lat = rows.lon, rows.lat
    rows = rows.mutate(
        given_lon=given_lon.try_cast("float64"),
        given_lat=given_lat.try_cast("float64"),
        given_radius_m=rows.radius_m.try_cast("float64"),
        has_radius=rows.radius_m.notnull(),
        given_count=rows["count"].try_cast("int64"),
        has_point=given_lon.notnull() | given_lat.notnull(),
        place_key=ibis.ifelse(
            given_lon.isnull() & given_lat.isnull(), rows.place, ibis.null(str)
        ),
        country_key=rows.country.fill_null(""),
    )
    rows = rows.left_join(dates, "date").drop("date_right")
    rows = rows.left_join(places, ["place_key", "country_key"]).drop(
        "place_key_right", "country_key_right"
    )
    here = rows.has_point
    lon = ibis.ifelse(here, rows.given_lon, rows.found_lon)
    lat = ibis.ifelse(here, rows.given_lat, rows.found_lat)
    # Coordinates of which nobody said how exact they are stay without a precision.
    precision = ibis.ifelse(here, rows.precision, rows.found_precision)
    return rows.mutate(
        lon=lon,
        lat=lat,
        shape=ibis.coalesce(rows.shape, rows.found_shape),
        precision=precision,
        radius_m=ibis.ifelse(here, rows.given_radius_m, rows.found_radius_m),
        place_as_written=rows.place,
        place=rows.found_place.fill_null(rows.place),
        country=rows.country.fill_null(rows.found_country),
        location_basis=ibis.cases(
            (lon.isnull(), ibis.null(str)),
            (here, str(LocationBasis.GIVEN)),
            (rows.found_note.fill_null("") != "", str(LocationBasis.INFERRED)),
            else_=str(LocationBasis.GEOCODED),
        ),
        location_note=ibis.coalesce(
            rows.location_note, rows.found_note.nullif(""), _unknown(rows)
        ),
        place_role=rows.place_role.fill_null(
            ibis.cases(
                (lon.isnull(), ibis.null(str)),
                # A plan has not occurred; what its place is to it, nobody said.
                (rows.kind == str(Kind.PLAN), ibis.null(str)),
                else_=str(PlaceRole.OCCURRED),
            )
        ),
    )


def _unknown(rows: IbisTable) -> Any:  # noqa: ANN401 - ibis
    return ibis.ifelse(
        rows.place_key.notnull() & rows.found_lon.isnull(),
        "The gazetteers do not know this place.",
        "",
    )


def read(rows: IbisTable) -> IbisTable:
    """Return the rows with a ``reason`` where they cannot be read; null elsewhere.

    This finds only what must be known before a row is an incident: that numbers
    are numbers, on the globe, and that there is a source. Whether it may be one is
    for :func:`geo.layer.check` to say.
    """
    bare = rows.has_point
    on_globe = rows.lon.between(-180, 180) & rows.lat.between(-90, 90)
    reasons = [
        (rows.fault.notnull(), rows.fault),
        (
            bare & (rows.lon.isnull() | rows.lat.isnull()),
            "lon and lat are not two numbers",
        ),
        (bare & ~on_globe, "lon and lat leave -180 to 180 and -90 to 90"),
        (
            bare & rows.has_radius & rows.given_radius_m.isnull(),
            "radius_m is not a number",
        ),
        (
            rows["count"].notnull() & rows.given_count.isnull(),
            "count is not a whole number",
        ),
        (rows.source.isnull(), "source is missing; name the dump's with --source"),
    ]
    return rows.mutate(reason=ibis.cases(*reasons, else_=ibis.null(str)))


#: What is kept of a row.
KEPT: Final = (
    "file_no", "row_no", "reason", "id", "title", "summary", "category", "kind",
    "given_count", "status", "date", "earliest", "latest", "date_note", "place",
    "place_as_written", "country", "place_role", "precision", "radius_m",
    "location_basis", "location_note", "source", "quote", "alleged_by", "denied_by",
    "lon", "lat", "shape", "mx", "my", "z", "tile",
)  # fmt: skip


def gridded(rows: IbisTable) -> IbisTable:
    """Return :data:`KEPT`: rows that were read, with their grid cells and their partition.

    ``mx`` and ``my`` are integer Web Mercator (:mod:`geo.base.grid`), ``z`` their Morton
    code, ``tile`` the partition: the first :data:`TILE_BITS` of it, or ``none``.
    """
    clipped = ibis.greatest(ibis.least(rows.lat, MAX_LAT), -MAX_LAT)
    x, y = unit_square(rows.lon, clipped.radians().sin(), lambda value: value.ln())
    good = rows.reason.isnull() & rows.lon.notnull()
    cells = {}
    for name, part in (("mx", x), ("my", y)):
        cell = ibis.least((part * GRID).floor().cast("int64"), GRID - 1)
        cells[name] = ibis.ifelse(good, ibis.greatest(cell, 0), ibis.null("int64"))
    rows = rows.mutate(**cells)
    rows = rows.mutate(
        z=morton(rows.mx, rows.my, lambda number: ibis.literal(number, "int64"))
    )
    prefix = (rows.z >> ibis.literal(_Z_BITS - TILE_BITS, "int64")).cast("string")
    rows = rows.mutate(
        tile=ibis.ifelse(rows.mx.notnull(), prefix.lpad(2, "0"), UNPLACED)
    )
    return rows.select(*KEPT)


def repeated(rows: IbisTable) -> IbisTable:
    """Return the good rows whose id an earlier one has: (file_no, row_no, id)."""
    good = rows.filter(rows.reason.isnull()).select("file_no", "row_no", "id")
    window = ibis.window(group_by="id", order_by=["file_no", "row_no"])
    ranked = good.mutate(rank=ibis.row_number().over(window))
    return ranked.filter(ranked.rank > 0).select("file_no", "row_no", "id")


def refused(rows: IbisTable, again: IbisTable) -> IbisTable:
    """Return (file_no, row_no, id, reason) of every refused row, in that order."""
    bad = rows.filter(rows.reason.notnull()).select("file_no", "row_no", "id", "reason")
    twice = again.mutate(reason=ibis.literal("id is used by an earlier row"))
    return bad.union(twice.select("file_no", "row_no", "id", "reason")).order_by(
        ["file_no", "row_no"]
    )


def kept(rows: IbisTable, again: IbisTable) -> IbisTable:
    """Return the rows that may be incidents, along the Z-order curve."""
    good = rows.filter(rows.reason.isnull())
    return good.anti_join(again, ["file_no", "row_no"]).order_by(
        ["z", "file_no", "row_no"]
    )


def summarised(rows: IbisTable) -> IbisTable:
    """Return, for each cell of :data:`SUMMARY_ZOOM` and category, what it holds.

    ``cx``, ``cy`` the cell; ``incidents``; ``mx``, ``my`` the middle of them;
    ``earliest``, ``latest`` the days they span.
    """
    shift = ibis.literal(GRID_BITS - SUMMARY_ZOOM, "int64")
    placed = rows.filter(rows.mx.notnull())
    placed = placed.mutate(cx=placed.mx >> shift, cy=placed.my >> shift)
    return (
        placed.group_by(["cx", "cy", "category"])
        .aggregate(
            incidents=placed.count(),
            mx=(placed.mx.sum() / placed.count()).floor().cast("int64"),
            my=(placed.my.sum() / placed.count()).floor().cast("int64"),
            earliest=placed.earliest.min(),
            latest=placed.latest.max(),
        )
        .order_by(["cx", "cy", "category"])
    )
