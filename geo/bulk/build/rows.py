"""What becomes of a row of a dump, as ibis expressions for any engine.

Every function takes tables and returns a table; nothing runs here.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, Final

import ibis

from geo.base.grid import GRID_BITS, MAX_LAT, SPREAD
from geo.bulk.build.dumps import TAKEN
from geo.layer.places import POINT_ONLY
from geo.model.vocabulary import RADIUS_RANGE_M, Kind, PlaceRole, Precision, Status

#: Zoom at which places are summarised: cells of about 150 km at the equator.
SUMMARY_ZOOM: Final = 8
#: Bits of the Z-order curve that a partition of the layer stands for: 64 partitions.
TILE_BITS: Final = 6
#: The partition of rows without a place.
UNPLACED: Final = "none"
_Z_BITS: Final = 2 * GRID_BITS
_GRID: Final = 1 << GRID_BITS
#: At most so many words of a title stand for a missing quote.
_FIRST_WORDS: Final = r"^(?:\S+\s+){0,11}\S+"
#: Events that a series stands for at least.
_LEAST_COUNT: Final = 2
_SLUG: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
_LONGEST: Final = {"title": 200, "summary": 2000, "id": 100, "place": 200}
#: What each shape is called, the precisions it can have (:mod:`geo.layer` has the
#: same rule), and the one it has if none is given.
_FITTING: Final = {
    "Point": (
        "a point",
        tuple(str(name) for name in Precision if name != Precision.LINE),
        str(Precision.CITY),
    ),
    "LineString": ("a line", (str(Precision.LINE),), str(Precision.LINE)),
    "Polygon": (
        "an area",
        tuple(
            str(name) for name in Precision if name not in {Precision.LINE, *POINT_ONLY}
        ),
        str(Precision.REGION),
    ),
}
Table = Any  # ibis' expressions are not typed


def cleaned(raw: Table) -> Table:
    """Return the rows with texts trimmed, empty ones null, codes in their case."""
    texts = {name: raw[name].strip().nullif("") for name in TAKEN}
    for name in ("category", "kind", "status", "precision", "place_role"):
        texts[name] = texts[name].lower()
    texts["country"] = texts["country"].upper()
    texts["kind"] = texts["kind"].fill_null(str(Kind.EVENT))
    texts["status"] = texts["status"].fill_null(str(Status.REPORTED))
    texts["summary"] = texts["summary"].fill_null(texts["title"])
    texts["quote"] = texts["quote"].fill_null(
        texts["title"].re_extract(_FIRST_WORDS, 0)
    )
    return raw.mutate(**texts)


def distinct_dates(rows: Table) -> Table:
    """Return the distinct dates of cleaned rows, to look up."""
    return rows.filter(rows.date.notnull()).select("date").distinct()


def distinct_places(rows: Table) -> Table:
    """Return the distinct names to look up: of cleaned rows without coordinates."""
    asked = rows.filter(rows.place.notnull() & rows.lon.isnull() & rows.lat.isnull())
    return asked.select(
        place_key=asked.place, country_key=asked.country.fill_null("")
    ).distinct()


def placed_and_dated(rows: Table, dates: Table, places: Table) -> Table:
    """Return cleaned rows with the days their dates may mean and their places."""
    given_lon, given_lat = rows.lon, rows.lat
    rows = rows.mutate(
        given_lon=given_lon.try_cast("float64"),
        given_lat=given_lat.try_cast("float64"),
        given_radius_m=rows.radius_m.try_cast("float64"),
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
    given_type = rows.shape_type.fill_null("Point")
    usual = ibis.cases(
        *((given_type == kind, name) for kind, (_, _, name) in _FITTING.items())
    )
    lon = ibis.ifelse(here, rows.given_lon, rows.found_lon)
    lat = ibis.ifelse(here, rows.given_lat, rows.found_lat)
    precision = ibis.ifelse(here, rows.precision.fill_null(usual), rows.found_precision)
    return rows.mutate(
        lon=lon,
        lat=lat,
        shape=ibis.coalesce(rows.shape, rows.found_shape),
        given_type=given_type,
        precision=precision,
        radius_m=ibis.cases(
            (~here, rows.found_radius_m),
            (rows.radius_m.isnull(), _usual_radius_m(precision)),
            else_=rows.given_radius_m,
        ),
        place_as_written=rows.place,
        place=rows.found_place.fill_null(rows.place),
        country=rows.country.fill_null(rows.found_country),
        location_basis=ibis.cases(
            (lon.isnull(), ibis.null(str)),
            (rows.found_note.fill_null("") != "", "inferred"),
            else_="stated",
        ),
        location_note=ibis.coalesce(
            rows.location_note, rows.found_note.nullif(""), _unknown(rows)
        ),
        place_role=rows.place_role.fill_null(
            ibis.cases(
                (lon.isnull(), ibis.null(str)),
                (rows.kind == str(Kind.PLAN), str(PlaceRole.TARGET)),
                else_=str(PlaceRole.OCCURRED),
            )
        ),
    )


def _usual_radius_m(precision: Any) -> Any:  # noqa: ANN401 - ibis
    """Return the radius for a place of unstated uncertainty: the widest."""
    widest = [(precision == name, most) for name, (_, most) in RADIUS_RANGE_M.items()]
    return ibis.cases(*widest, else_=ibis.null("float64"))


def _unknown(rows: Table) -> Any:  # noqa: ANN401 - ibis
    return ibis.ifelse(
        rows.place_key.notnull() & rows.found_lon.isnull(),
        "The gazetteers do not know this place.",
        "",
    )


def judged(
    rows: Table,
    *,
    categories: Collection[str],
    countries: Collection[str],
    sources: Collection[str],
) -> Table:
    """Return the rows with a ``reason`` to refuse each; null where there is none.

    The first reason found is given, in words that let the dump's owner mend it.
    """
    radius_fits = ibis.cases(
        *(
            (rows.precision == name, rows.radius_m.between(*RADIUS_RANGE_M[name]))
            for name in RADIUS_RANGE_M
        ),
        else_=True,
    )
    bare = rows.has_point
    reasons = [
        (rows.fault.notnull(), rows.fault),
        (
            ~rows.id.re_search(_SLUG) | rows.id.isnull(),
            "id is not of lower-case letters, digits and single hyphens",
        ),
        (rows.title.isnull(), "title is missing"),
        *(
            (rows[name].length() > most, f"{name} is longer than {most} characters")
            for name, most in _LONGEST.items()
        ),
        (rows.category.isnull(), "category is missing"),
        (
            ~rows.category.isin(sorted(categories)),
            _quoting(rows.category, "category", "is not in the vocabulary"),
        ),
        (
            ~rows.kind.isin([str(kind) for kind in Kind]),
            _quoting(rows.kind, "kind", "is not event, series, site or plan"),
        ),
        (
            ~rows.status.isin([str(status) for status in Status]),
            _quoting(rows.status, "status", "is not one there is"),
        ),
        (
            rows.status == str(Status.CORROBORATED),
            "status is corroborated, but a row of a dump has one source",
        ),
        (
            (rows.status == str(Status.ALLEGED)) & rows.alleged_by.isnull(),
            "status is alleged, but alleged_by is missing",
        ),
        (rows.date_fault.notnull(), rows.date_fault),
        (
            bare & (rows.lon.isnull() | rows.lat.isnull()),
            "lon and lat are not two numbers",
        ),
        (
            bare & ~(rows.lon.between(-180, 180) & rows.lat.between(-90, 90)),
            "lon and lat leave -180 to 180 and -90 to 90",
        ),
        *(
            (
                bare & (rows.given_type == kind) & ~rows.precision.isin(fitting),
                _quoting(
                    rows.precision,
                    "precision",
                    f"is not one {shape} can have: {', '.join(fitting)}",
                ),
            )
            for kind, (shape, fitting, _) in _FITTING.items()
        ),
        (bare & rows.radius_m.isnull(), "radius_m is not a number"),
        (~radius_fits, "radius_m does not fit the precision"),
        (
            rows.country.notnull() & ~rows.country.isin(sorted(countries)),
            _quoting(rows.country, "country", "is not an ISO 3166-1 alpha-2 code"),
        ),
        (
            ~rows.place_role.isin([str(role) for role in PlaceRole]),
            _quoting(
                rows.place_role, "place_role", "is not occurred, target or subject"
            ),
        ),
        (
            (rows.kind == str(Kind.PLAN))
            & (rows.place_role == str(PlaceRole.OCCURRED)),
            "place_role is occurred, but a plan has not happened",
        ),
        (
            rows["count"].notnull()
            & (rows.given_count.isnull() | (rows.given_count < _LEAST_COUNT)),
            "count is not a whole number from 2",
        ),
        (
            rows["count"].notnull() & (rows.kind != str(Kind.SERIES)),
            "count is given, but the kind is not series",
        ),
        (rows.source.isnull(), "source is missing; name the dump's with --source"),
        (
            ~rows.source.isin(sorted(sources)),
            _quoting(rows.source, "source", "is not in the register of sources"),
        ),
        (rows.quote.re_search(r"^(?:\S+\s+){12,}\S+"), "quote has more than 12 words"),
    ]
    return rows.mutate(reason=ibis.cases(*reasons, else_=ibis.null(str)))


def _quoting(value: Any, name: str, problem: str) -> Any:  # noqa: ANN401 - ibis
    return ibis.literal(f"{name} '") + value.substr(0, 60) + f"' {problem}"


#: What is kept of a row that was judged.
KEPT: Final = (
    "file_no", "row_no", "reason", "id", "title", "summary", "category", "kind",
    "given_count", "status", "date", "earliest", "latest", "date_note", "place",
    "place_as_written", "country", "place_role", "precision", "radius_m",
    "location_basis", "location_note", "source", "quote", "alleged_by", "denied_by",
    "lon", "lat", "shape", "mx", "my", "z", "tile",
)  # fmt: skip


def gridded(rows: Table) -> Table:
    """Return :data:`KEPT`: judged rows with their grid cells and their partition.

    ``mx`` and ``my`` are integer Web Mercator (:mod:`geo.base.grid`), ``z`` their Morton
    code, ``tile`` the partition: the first :data:`TILE_BITS` of it, or ``none``.
    """
    top = _GRID - 1
    clipped = ibis.greatest(ibis.least(rows.lat, MAX_LAT), -MAX_LAT)
    sine = clipped.radians().sin()
    x = (rows.lon + 180) / 360
    y = 0.5 - ((1 + sine) / (1 - sine)).ln() / (4 * math.pi)
    good = rows.reason.isnull() & rows.lon.notnull()
    none = ibis.null("int64")
    rows = rows.mutate(
        mx=ibis.ifelse(good, ibis.least((x * _GRID).floor().cast("int64"), top), none),
        my=ibis.ifelse(
            good,
            ibis.greatest(ibis.least((y * _GRID).floor().cast("int64"), top), 0),
            none,
        ),
    )
    rows = rows.mutate(
        z=_spread(rows.mx) | (_spread(rows.my) << ibis.literal(1, "int64"))
    )
    prefix = (rows.z >> ibis.literal(_Z_BITS - TILE_BITS, "int64")).cast("string")
    rows = rows.mutate(
        tile=ibis.ifelse(rows.mx.notnull(), prefix.lpad(2, "0"), UNPLACED)
    )
    return rows.select(*KEPT)


def _spread(value: Any) -> Any:  # noqa: ANN401 - ibis
    """Put a zero bit between each two bits of 30-bit numbers."""
    for shift, mask in SPREAD:
        shifted = value << ibis.literal(shift, "int64")
        value = (value | shifted) & ibis.literal(mask, "int64")
    return value


def repeated(rows: Table) -> Table:
    """Return the good rows whose id an earlier one has: (file_no, row_no, id)."""
    good = rows.filter(rows.reason.isnull()).select("file_no", "row_no", "id")
    window = ibis.window(group_by="id", order_by=["file_no", "row_no"])
    ranked = good.mutate(rank=ibis.row_number().over(window))
    return ranked.filter(ranked.rank > 0).select("file_no", "row_no", "id")


def refused(rows: Table, again: Table) -> Table:
    """Return (file_no, row_no, id, reason) of every refused row, in that order."""
    bad = rows.filter(rows.reason.notnull()).select("file_no", "row_no", "id", "reason")
    twice = again.mutate(reason=ibis.literal("id is used by an earlier row"))
    return bad.union(twice.select("file_no", "row_no", "id", "reason")).order_by(
        ["file_no", "row_no"]
    )


def kept(rows: Table, again: Table) -> Table:
    """Return the rows of the layer, along the Z-order curve."""
    good = rows.filter(rows.reason.isnull())
    return good.anti_join(again, ["file_no", "row_no"]).order_by(
        ["z", "file_no", "row_no"]
    )


def summarised(rows: Table) -> Table:
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
