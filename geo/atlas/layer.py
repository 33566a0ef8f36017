"""The layer for Python programs: read it, select from it, map it, export it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo.atlas.exports import PACKAGES, file_name, write_selection
from geo.atlas.selections import select
from geo.atlas.shelf import Atlas, atlas, read_atlas
from geo.base.errors import DataError, Fault, QueryError
from geo.base.map_folder import LAYER_FILE, is_map_folder, read_map_folder
from geo.base.settings import Settings, read_settings, settings
from geo.engine import is_database
from geo.formats.registry import FORMATS
from geo.layer.seal import layer_files
from geo.model.query import Query

if TYPE_CHECKING:
    from geo.atlas.folium_maps import FoliumMap
    from geo.atlas.frame import GeoFrame

#: One value of a filter, or several, any of which.
Values = str | Iterable[str]


def read_layer(path: Path | str | None = None) -> Layer:
    """Read and check a layer of incidents.

    Parameters
    ----------
    path
        A map's folder, as :mod:`geo.base.map_folder` describes it. Or a GeoJSON file, GeoParquet (a
        file or a folder), a file of any other format that ``incidents import`` reads
        without a question, or ``postgresql://user@host/database``, each with the
        deployment's sources and categories. None: the deployment's layer.

    Raises
    ------
    DataError
        If the layer, the categories or the sources are wrong; carries every fault of
        the first wrong file.
    EngineAwayError
        If the layer is in a database that does not answer.
    SettingsError
        If an environment variable ``INCIDENTS_*`` is wrong.

    Examples
    --------
    >>> import geo
    >>> geo.read_layer("data/")
    <geo.Layer: all 60 incidents>
    """
    if path is None:
        return Layer(atlas())
    return Layer(read_atlas(_settings_for(str(path))))


class Layer:
    """Incidents that have been checked, or those of them that filters leave.

    Made by :func:`read_layer`. Nothing changes a layer: :meth:`select` returns another
    one. ``len(layer)`` counts its incidents, placed and unplaced.
    """

    __slots__ = ("_atlas", "_query")

    def __init__(self, of: Atlas, query: Query | None = None) -> None:
        self._atlas = of
        self._query = Query() if query is None else query

    def __len__(self) -> int:
        """Return how many incidents there are."""
        return self._atlas.engine.count(self._query)

    def __repr__(self) -> str:
        """Say how many incidents there are, and by what they were chosen."""
        if self._query.is_empty:
            return f"<geo.Layer: all {len(self)} incidents>"
        chosen = ", ".join(
            f"{name}={' or '.join(values)}"
            for name, values in self._query.parameters().items()
        )
        total = self._atlas.engine.count(Query())
        return f"<geo.Layer: {len(self)} of {total} incidents, {chosen}>"

    @property
    def version(self) -> str:
        """12 hexadecimal digits: equal for equal layers, whatever was selected."""
        return self._atlas.version

    def to_geodataframe(self) -> GeoFrame:
        """Return the incidents as a GeoDataFrame, one row each, in layer order.

        Returns
        -------
        geopandas.GeoDataFrame
            Indexed by ``id``. ``geometry`` is in EPSG:4326, (lon, lat): points, lines
            or areas; None where the source gives no place. ``radius_m`` is the
            uncertainty around it in metres. ``date`` is EDTF (ISO 8601-2); beside it
            stand its bounds, ``date_earliest`` and ``date_latest``, as datetime64,
            NaT where open or unknown; ``updated`` is a day too. What is chosen from a
            list, such as ``category``, ``status`` and ``precision``, is categorical,
            so that values that do not occur can be counted. ``alleged_by`` and
            ``denied_by`` hold lists of names; ``actors`` lists of dicts with ``name``
            and ``role``; ``citations`` lists of dicts with ``source``, ``quote``,
            ``prefix``, ``suffix`` and ``supports``; ``extra`` a dict of the properties
            that the model does not name. The columns are those of the exports, told in
            ``data/README.md``; a layer without incidents has all of them.

        Raises
        ------
        EngineAwayError
            If the layer is in a database that does not answer.

        Examples
        --------
        >>> import geo
        >>> incidents = geo.read_layer("data/").to_geodataframe()
        >>> incidents.crs.to_string(), len(incidents)
        ('EPSG:4326', 60)
        """
        from geo.atlas.frame import frame_of  # noqa: PLC0415 - geopandas takes a second

        features = self._atlas.engine.features(self._query)
        return frame_of(features, self._atlas.vocabulary, self._atlas.own)

    def select(  # noqa: PLR0913 - the filters, by the names they have everywhere
        self,
        *,
        category: Values | None = None,
        from_: date | str | None = None,
        to: date | str | None = None,
        dates: str | None = None,
        status: Values | None = None,
        precision: Values | None = None,
        country: Values | None = None,
        source: Values | None = None,
        q: str | None = None,
        bbox: str | Iterable[float] | None = None,
    ) -> Layer:
        """Return the layer of those incidents that all these filters leave.

        The filters are those of the page and of the command line, by the same names.
        A layer that has been selected from can be narrowed by further filters.

        Parameters
        ----------
        category, status, precision, country, source
            One value or several, any of which: ids of the vocabulary and of the
            sources, words of the model, ISO 3166-1 alpha-2 codes (XK for Kosovo).
        from_, to
            First and last day, both inclusive: dates, or texts such as
            ``"2023-08-31"``. What has no date is left out.
        dates
            ``"possible"``: some day that an uncertain date may mean lies in the span
            (the default). ``"certain"``: every day does.
        q
            Words, all of which occur in title, summary, place or people.
        bbox
            (west, south, east, north) in degrees, WGS84, as ``total_bounds`` of
            geopandas has them, or as text. Lines and areas need only meet it.

        Raises
        ------
        QueryError
            For a value that is not accepted, an empty list, or a filter that was set
            to another value before; names the filter.

        Examples
        --------
        >>> import geo
        >>> geo.read_layer("data/").select(category=["attack", "mural"], to="2022-12-31")
        <geo.Layer: 10 of 60 incidents, category=attack or mural, to=2022-12-31>
        """
        filters = {
            "category": _values("category", category),
            "from": _day(from_),
            "to": _day(to),
            "dates": _values("dates", dates),
            "status": _values("status", status),
            "precision": _values("precision", precision),
            "country": _values("country", country),
            "source": _values("source", source),
            "q": _values("q", q),
            "bbox": _corners(bbox),
        }
        parameters = {name: values for name, values in filters.items() if values}
        chosen = self._query.parameters()
        for name, values in self._atlas.query(parameters).parameters().items():
            if set(chosen.setdefault(name, values)) != set(values):
                message = (
                    f"{', '.join(values)!r} is asked for, but this layer is selected by "
                    f"{', '.join(chosen[name])!r}. Select from the layer you read."
                )
                raise QueryError(name, message)
        return Layer(self._atlas, self._atlas.query(chosen))

    def export(self, path: Path | str, *, format: str | None = None) -> Path:  # noqa: A002 - the word of the command line
        """Write the incidents to a file, whole or not at all.

        The bytes are those of ``incidents export`` and of the page with the same
        filters. ``README.md`` says what each format does not keep.

        Parameters
        ----------
        path
            The file. Its ending names the format: ``.geojson``, ``.geojsons``,
            ``.gpkg``, ``.parquet``, ``.fgb``, ``.kml``, ``.kmz``, ``.csv``, ``.xlsx``,
            ``.shp.zip``. With ``.zip`` behind it, as in ``.csv.zip``, the file is
            packed with its licence, data dictionary, sources and styles.
        format
            The format's name, as for ``incidents export --format``, for a file with
            another ending.

        Returns
        -------
        pathlib.Path
            The file written.

        Raises
        ------
        QueryError
            If the ending or the name is that of no format; lists those there are.
        ExportError
            If the file cannot be written; what was there before is still there.
        DataError
            If a record holds what the format cannot.

        Examples
        --------
        >>> import geo
        >>> geo.read_layer("data/").export("serbia.gpkg")  # doctest: +SKIP
        PosixPath('serbia.gpkg')
        """
        file = Path(path)
        name, package = _format_of(file.name) if format is None else (format, "plain")
        if name not in FORMATS:
            raise QueryError("format", f"{name!r} is not one of {', '.join(FORMATS)}.")
        selection = select(
            self._atlas.engine,
            self._query,
            vocabulary=self._atlas.vocabulary,
            sources=self._atlas.sources,
            own=self._atlas.own,
        )
        write_selection(selection, name, file, package=package)
        return file

    def explore(self) -> FoliumMap:
        """Return a map of the incidents that stands alone: in a notebook, or as a file.

        Symbols and popups are those of the page. Everything is inside the map: it asks
        no server for anything, so the ground is plain. Passages of archived sources are
        left out, since a notebook travels: popups show the quote and a link. What has
        no place is counted in the legend.

        Returns
        -------
        folium.Map
            Shows itself as the last value of a notebook's cell; ``save("map.html")``
            makes a page of it.

        Raises
        ------
        QueryError
            If there are more than 5,000 incidents.
        MissingAssetError
            If the browser libraries are not installed; names the command.

        Examples
        --------
        >>> import geo
        >>> murals = geo.read_layer("data/").select(category="mural")
        >>> murals.explore().save("murals.html")  # doctest: +SKIP
        """
        from geo.atlas.folium_maps import (  # noqa: PLC0415 - loads folium
            build_standalone_map,
        )
        from geo.atlas.standalone import standalone_data  # noqa: PLC0415

        return build_standalone_map(standalone_data(self._atlas, self._query))


def _settings_for(path: str) -> Settings:
    """Return the deployment's settings with the layer, and what is beside it, of a path."""
    folder = Path(path)
    if is_database(path) or not folder.is_dir():
        return settings().model_copy(update={"layer": path})
    if is_map_folder(folder):
        return read_settings(read_map_folder(folder), over_environment=True)
    if layer_files(folder):
        return settings().model_copy(update={"layer": path})
    message = f"is a folder with neither {LAYER_FILE} nor a *.parquet file."
    remedy = "Give a map's folder, or one that 'incidents build' made."
    raise DataError([Fault(path, message, remedy)])


def _values(name: str, values: Values | None) -> list[str]:
    """Return the values of a filter; an empty list would mean none, and is refused."""
    if values is None:
        return []
    several = [values] if isinstance(values, str) else [str(value) for value in values]
    if not any(value.strip() for value in several):
        raise QueryError(name, "is empty. Leave it out, to select by something else.")
    return several


def _day(day: date | str | None) -> list[str]:
    """Return a day as the query reads it; of a time, such as pandas has, its day."""
    if day is None:
        return []
    return [day if isinstance(day, str) else day.isoformat()[: len("2023-08-31")]]


def _corners(bbox: str | Iterable[float] | None) -> list[str]:
    if bbox is None or isinstance(bbox, str):
        return _values("bbox", bbox)
    return [",".join(repr(float(corner)) for corner in bbox)]


def _format_of(file: str) -> tuple[str, str]:
    """Return the format and the package that a file's ending names."""
    endings = {
        file_name(name, package=package).removeprefix("incidents"): (name, package)
        for name in FORMATS
        for package in reversed(PACKAGES)
    }
    for ending, kind in endings.items():
        if file.lower().endswith(ending):
            return kind
    choices = ", ".join(
        ending for ending, kind in endings.items() if kind[1] == "plain"
    )
    message = (
        f"{file!r} has the ending of none. Endings are {choices}; or give format=."
    )
    raise QueryError("format", message)
