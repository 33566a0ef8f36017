"""``incidents geocode``: where a place is, and whether the layer agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from geo.commands.of_map import map_option
from geo.commands.report import EXIT_DATA, echo_json, echo_table, progress

if TYPE_CHECKING:
    from geo.places.agreement import Moved
    from geo.places.candidate import Candidate

_METRES_IN_A_KM = 1_000


@click.command("geocode")
@click.argument("place", required=False)
@click.option(
    "--country",
    metavar="CODE",
    help="Only in this country: a two-letter code such as RS, or XK for Kosovo.",
)
@click.option(
    "--all",
    "ask_all",
    is_flag=True,
    help="Ask every source, not only until one knows the place.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="Answers to take of one source.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Look up the place of every incident again and report any that moved.",
)
@click.option(
    "--layer",
    metavar="FILE",
    help="The layer to check. Default: the one of INCIDENTS_LAYER.",
)
@map_option
@click.option("--json", "as_json", is_flag=True, help="Print a report for machines.")
@click.pass_context
def geocode(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    *,
    place: str | None,
    country: str | None,
    ask_all: bool,
    limit: int,
    check: bool,
    layer: str | None,
    as_json: bool,
) -> None:
    """Look up where PLACE is, or check the places of a layer.

    Sources are asked in order until one knows the place: the layer's own gazetteer,
    GeoNames (offline), and Nominatim if it is set up.

    Exit codes: 0 found, or nothing moved; 1 not found, or something moved; 2 the
    call is wrong.

    \b
    Examples:
      incidents geocode "Зольная улица"
      incidents geocode Donetsk --country UA --all --json
      incidents geocode --check
    """  # noqa: D301 - click reads the escape
    from geo.places.geocoder import geocode as look_up

    if check == (place is not None):
        message = 'Give either a PLACE, such as "Novi Sad", or --check.'
        raise click.UsageError(message, ctx)
    if check:
        if country is not None or ask_all:
            message = "--country and --all go with a PLACE, not with --check."
            raise click.UsageError(message, ctx)
        good = _check(layer, as_json=as_json)
    else:
        if layer is not None:
            message = "--layer goes with --check, not with a PLACE."
            raise click.UsageError(message, ctx)
        with progress() as bar:
            bar.add_task("Looking up the place", total=None)
            candidates = look_up(
                place or "", country=country, limit=limit, ask_all=ask_all
            )
        good = _show(candidates, place or "", country, as_json=as_json)
    if not good:
        ctx.exit(EXIT_DATA)


def _show(
    candidates: Sequence[Candidate], place: str, country: str | None, *, as_json: bool
) -> bool:
    """Print candidates; tell whether there are any."""
    from geo.base.settings import settings

    if as_json:
        echo_json([asdict(candidate) for candidate in candidates])
    elif candidates:
        rows = [_row(candidate) for candidate in candidates]
        echo_table(
            ("Place", "Country", "Known by", "How finely", "Lon, lat", "Origin"), rows
        )
    if not candidates:
        where = f" in {country.upper()}" if country else ""
        message = (
            f"Nobody knows a place called {place!r}{where}. Try another spelling, "
            f"leave out --country, or add it to {settings().places}."
        )
        click.echo(message, err=True)
    return bool(candidates)


def _row(candidate: Candidate) -> tuple[object, ...]:
    from geo.model.vocabulary import PRECISION_LABELS

    label = PRECISION_LABELS[candidate.precision]
    coarser = "; made coarser, as it may be a home" if candidate.generalised else ""
    return (
        candidate.name,
        candidate.country,
        candidate.source,
        f"{label}, within {_distance(candidate.radius_m)}{coarser}",
        f"{candidate.lon:.4f}, {candidate.lat:.4f}",
        candidate.origin,
    )


def _distance(metres: float) -> str:
    """Write a distance as a reader would: 500 m, 1.5 km, 260 km."""
    if metres < _METRES_IN_A_KM:
        return f"{metres:.0f} m"
    return f"{metres / _METRES_IN_A_KM:.3g} km"


def _check(layer: str | None, *, as_json: bool) -> bool:
    """Report the incidents that moved; tell whether none did."""
    from geo.base.settings import settings
    from geo.layer import read_collection
    from geo.places.agreement import check_places
    from geo.places.gazetteer import read_gazetteer

    chosen = settings()
    incidents = read_collection(layer or chosen.layer).incidents
    gazetteer = read_gazetteer(chosen.places)
    moved = check_places(incidents, gazetteer)
    located = sum(incident.geometry is not None for incident in incidents)
    if as_json:
        report = {
            "checked": located,
            "without_place": len(incidents) - located,
            "moved": [asdict(incident) for incident in moved],
        }
        echo_json(report)
        return not moved
    if moved:
        echo_table(("Incident", "Place", "What differs"), _moved_rows(moved))
    summary = (
        f"Incidents with a place on the map: {located}. "
        f"Moved from where the gazetteer has them: {len(moved)}."
    )
    click.echo(summary, err=bool(moved))
    return not moved


def _moved_rows(moved: Sequence[Moved]) -> list[tuple[object, ...]]:
    return [
        (incident.incident, incident.place, problem)
        for incident in moved
        for problem in incident.problems
    ]
