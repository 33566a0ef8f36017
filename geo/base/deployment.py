"""What a deployment can set, each typed, with its default and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo.base.hosts import is_loopback, public_address
from geo.base.paths import ARCHIVE, CACHE, DATA

#: How the environment variables of settings begin.
PREFIX: Final = "INCIDENTS_"
#: A web site as a Content-Security-Policy names it.
_EMBEDDER: Final = r"https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?"


class Settings(BaseSettings):
    """Settings of one deployment, from environment variables named ``INCIDENTS_*``.

    Relative paths are taken from the working directory. What a map's folder says is
    put below them by :func:`read_settings`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    map: Path = Field(
        default=DATA,
        description="Folder of the map, whose `map.toml` may say all that stands here.",
    )
    layer: str = Field(
        default=str(DATA / "incidents.geojson"),
        description="The incident layer: a path or a database URL.",
    )
    archive: Path = Field(
        default=ARCHIVE,
        description="Folder of the local copies of sources, filled by `incidents archive add`.",
    )
    sources: Path = Field(
        default=DATA / "sources.json", description="The register of sources."
    )
    places: Path = Field(
        default=DATA / "places.geojson", description="The curated gazetteer."
    )
    vocabulary: Path = Field(
        default=DATA / "vocabulary" / "categories.json",
        description="The categories: label, definition, colour and symbol of each.",
    )
    title: str = Field(
        default="Incident map",
        min_length=1,
        max_length=120,
        description="The map's title, at the top of the page.",
    )
    subtitle: str = Field(
        default="",
        max_length=200,
        description="One line under the title: what this map is.",
    )
    about: str = Field(
        default="",
        description="What the map is about, in Markdown, on the page that explains it.",
    )
    licence: str = Field(
        default="",
        max_length=500,
        description="On what terms others may use the data, in words or as an address.",
    )
    languages: tuple[str, ...] = Field(
        default=(), description="Tags of the incidents' languages, the first one first."
    )
    view: dict[str, float] = Field(
        default={}, description="What a reader sees first: lat, lon, zoom."
    )
    fields: dict[str, dict[str, Any]] = Field(
        default={},
        description=(
            "Own fields of the layer and how they are shown, as JSON: "
            '`{"killed": {"label": "People killed", "type": "integer", '
            '"show": ["record", "popup", "table"]}}`.'
        ),
    )
    embed: str = Field(
        default="self",
        pattern=rf"^(self|anywhere|nowhere|{_EMBEDDER}( {_EMBEDDER})*)$",
        description=(
            "Who may show the map in a frame: self, nowhere, anywhere, or web sites "
            "such as `https://news.example https://*.paper.example`."
        ),
    )
    ground: Path | None = Field(
        default=None,
        description=(
            "Streets below the markers: a file of vector tiles (PMTiles, in the layers "
            "of Protomaps), read by our own server. Empty: coasts, borders, waters and "
            "names only."
        ),
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(
        default=8501, ge=1, le=65535, description="Port the server listens on."
    )
    public_url: str = Field(
        default="",
        description=(
            "Address at which readers reach this server, such as "
            "https://map.example.org. All links name it, and pages of other origins "
            "are refused. Empty: links repeat the host that a request names."
        ),
    )
    connection_timeout_s: int = Field(
        default=20,
        ge=1,
        le=3600,
        description=(
            "Seconds that a connection may stay without a full request, without its "
            "answer being read, or idle."
        ),
    )
    sessions_per_address: int = Field(
        default=300,
        ge=1,
        description="Pages that one address may have open at a time.",
    )
    tiles_url: str = Field(
        default="",
        # Its host goes into the Content-Security-Policy as it is.
        pattern=r"^(https?://[A-Za-z0-9.{}:\[\]-]+/[^\s;]*|/[^/\s][^\s;]*)?$",
        description=(
            "Street tiles, such as https://tile.openstreetmap.org/{z}/{x}/{y}.png. "
            "Empty: none are offered, and no third party hears of a visitor."
        ),
    )
    tiles_attribution: str = Field(
        default="© OpenStreetMap contributors",
        description="Credit shown with the street tiles.",
    )
    tiles_default: bool = Field(
        default=False,
        description="Show street tiles at once, instead of after the visitor's click.",
    )
    nominatim_url: str = Field(
        default="",
        description="Nominatim server for geocoding, such as https://nominatim.openstreetmap.org. Empty: off.",
    )
    nominatim_user_agent: str = Field(
        default="",
        description="User agent for Nominatim, with a contact address. Its usage policy asks for one.",
    )
    nominatim_delay_s: float = Field(
        default=1.0, ge=0, description="Seconds between two calls to Nominatim."
    )
    nominatim_timeout_s: float = Field(
        default=10.0, gt=0, description="Seconds to wait for an answer of Nominatim."
    )
    fetch_sources: bool = Field(
        default=True,
        description=(
            "Fetch the sources that have no archived copy, once, in the background, "
            "when the server starts. false: nothing is fetched unasked."
        ),
    )
    fetch_user_agent: str = Field(
        default="Mozilla/5.0 (compatible; incident-map/0.1; keeps a copy of cited texts)",
        min_length=1,
        max_length=300,
        pattern=r"^[\x20-\x7e]+$",
        description="How this server names itself to the publishers it fetches from.",
    )
    fetch_contact: str = Field(
        default="",
        max_length=200,
        pattern=r"^[\x20-\x7e]*$",
        description="Address or web page of who runs this server, told to publishers.",
    )
    fetch_timeout_s: float = Field(
        default=20.0, gt=0, description="Seconds to wait for a publisher's next answer."
    )
    fetch_deadline_s: float = Field(
        default=90.0, gt=0, description="Seconds that fetching one source may take."
    )
    fetch_size_bytes: int = Field(
        default=20_000_000,
        gt=0,
        description="Largest page or PDF that is fetched, in bytes, unpacked.",
    )
    fetch_allow_loopback: bool = Field(
        default=False,
        description=(
            "Let sources be fetched from this very machine, on any port. For tests: "
            "it lets whoever may add a source reach the services that run here."
        ),
    )
    desk: bool = Field(
        default=False,
        description=(
            "Show the desk, where tables are brought in. Only on this very machine: "
            "`incidents serve --desk` sets it."
        ),
    )
    editors: bool = Field(
        default=False,
        description="Show the editors' pages and buttons. Only on a server that readers cannot reach.",
    )
    full_text: bool = Field(
        default=False,
        description=(
            "Show whole archived texts to every reader. Only where their publishers allow "
            "it and they tell of nobody's home or child: otherwise readers see the lines "
            "around the cited words. Editors see whole texts anyway."
        ),
    )
    map_first_s: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description=(
            "Seconds that the rest of the page waits, at most, until the map is "
            "painted. 0: it does not wait."
        ),
    )
    import_memory_mb: int = Field(
        default=500,
        ge=50,
        description=(
            "Memory that reading a file of others may take beyond the program itself, "
            "in MB. Held on Linux."
        ),
    )
    import_timeout_s: float = Field(
        default=300.0,
        gt=0,
        description="Seconds that reading a file of others may take.",
    )
    cache: Path = Field(default=CACHE, description="Folder for answers kept on disk.")
    direct_above_mb: float | None = Field(
        default=None,
        ge=0,
        description=(
            "GeoParquet layers larger than this are asked where they lie, instead of "
            "being copied into the cache. Unset: larger than the memory."
        ),
    )
    database_connections: int = Field(
        default=8, ge=1, le=200, description="Connections to the layer's database."
    )
    database_timeout_s: float = Field(
        default=15.0,
        gt=0,
        description="Seconds to wait for a connection to the layer's database.",
    )
    query_timeout_s: float = Field(
        default=15.0,
        gt=0,
        description=(
            "Seconds that an answer about the layer may take, wherever the layer is; "
            "then its statements are cancelled."
        ),
    )
    exports_at_once: int = Field(
        default=8, ge=1, le=200, description="Downloads at once, of all visitors."
    )
    exports_per_client: int = Field(
        default=4, ge=1, le=200, description="Downloads at once to one address."
    )
    rate_limit: str = Field(
        default="",
        description=(
            "How often one address may ask /api and /ogc, such as 600/minute or "
            "50/second;5000/hour. Empty: no limit."
        ),
    )
    export_rate_limit: str = Field(
        default="",
        description="How often one address may ask for /export, such as 30/minute.",
    )
    trusted_proxies: str = Field(
        default="",
        description=(
            "Addresses or networks of reverse proxies, with commas between. Only "
            "theirs X-Forwarded-For and -Proto are believed. Empty: nobody's."
        ),
    )

    def __hash__(self) -> int:
        """Tell deployments apart, for what is kept for each; tables have no hash."""
        return hash((self.map, self.layer, self.cache))

    @property
    def limits_requests(self) -> bool:
        """Whether there is a limit on how often one address may ask."""
        return bool(f"{self.rate_limit}{self.export_rate_limit}".strip())

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        return public_address(value)

    @model_validator(mode="after")
    def _keep_the_desk_here(self) -> Settings:
        """Refuse a desk that others could reach: it writes into the map."""
        if self.desk and not is_loopback(self.host):
            msg = (
                f"the desk is for this very machine, and the host {self.host!r} is open "
                "to others. Leave out --host, or leave out --desk"
            )
            raise ValueError(msg)
        if self.desk and (self.public_url or self.trusted_proxies):
            msg = (
                "the desk is for this very machine, and a public address or a proxy "
                "would open it to others. Unset INCIDENTS_PUBLIC_URL and "
                "INCIDENTS_TRUSTED_PROXIES, or leave out --desk"
            )
            raise ValueError(msg)
        return self
