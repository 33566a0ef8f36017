"""Tables that many newsrooms bring are known by their heads."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError
from geo.importing.known_tables import (
    KnownTable,
    known_table,
    known_tables,
    read_known_table,
    recognise,
    spelled,
)
from geo.model.vocabulary import RADIUS_RANGE_M, Precision

HEADS = {
    "acled": "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,actor2,iso,country,admin1,location,latitude,longitude,geo_precision,source,notes,fatalities,timestamp",
    "ucdp_ged": "id,relid,year,active_year,type_of_violence,side_a,side_b,source_article,where_prec,where_coordinates,adm_1,latitude,longitude,country,date_prec,date_start,date_end,best",
    "gtd": "eventid,iyear,imonth,iday,country_txt,provstate,city,latitude,longitude,specificity,summary,attacktype1_txt,gname,scite1",
    "gdelt_events": "GLOBALEVENTID,SQLDATE,MonthYear,EventCode,EventRootCode,ActionGeo_Type,ActionGeo_FullName,ActionGeo_CountryCode,ActionGeo_Lat,ActionGeo_Long,DATEADDED,SOURCEURL",
    "nasa_glc": "source_name,source_link,event_id,event_date,event_time,event_title,event_description,location_description,location_accuracy,landslide_category,country_name,longitude,latitude",
    "usgs": "time,latitude,longitude,depth,mag,magType,nst,net,id,updated,place,type,status",
    "missing_migrants": "Main ID,Incident ID,Incident Type,Region of Incident,Incident Date,Cause of Death,Country of Incident,Information Source,Coordinates,URL",
    "airwars": "unique_reference_code,incident_date,country,strike_type,latitude,longitude",
    "kobo": "_id,_uuid,_submission_time,start,end,phonenumber",
    "ushahidi": "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED",
    "umap_geojson": "name,description,_umap_options",
}


@pytest.mark.parametrize("name", HEADS)
def test_each_is_known_by_its_head(name: str) -> None:
    """Whatever the order, the case and the underscores of its columns."""
    head = HEADS[name].split(",")
    other = [column.upper().replace("_", " ") for column in reversed(head)]

    for there in (head, other):
        table = recognise(there, format="csv")
        assert table is not None
        assert table.id == name


def test_formats_tell_tables_with_ordinary_columns() -> None:
    """Only a file of uMap is one by "name" alone."""
    head = ("name", "description")
    known = recognise(head, format="umap")

    assert known is not None
    assert known.id == "umap"
    assert recognise(head, format="csv") is None


def test_an_ordinary_head_is_none_of_them() -> None:
    """Nothing near is taken for one."""
    assert recognise(("id", "title", "date", "lat", "lon", "source")) is None
    assert recognise(()) is None


@pytest.mark.parametrize("table", known_tables().values(), ids=lambda t: t.id)
def test_its_values_are_ours(table: KnownTable) -> None:
    """Precisions exist, and a radius is one that its precision may claim."""
    precisions = table.values.get("precision", {})
    radii = table.values.get("radius_m", {})

    assert set(precisions.values()) <= {*Precision, ""}
    assert set(radii) <= set(precisions)
    for code, metres in radii.items():
        least, most = RADIUS_RANGE_M[precisions[code]]
        assert least <= float(metres) <= most


@pytest.mark.parametrize("table", known_tables().values(), ids=lambda t: t.id)
def test_its_heads_are_spelled_as_its_columns_are(table: KnownTable) -> None:
    """A head may name columns without a role, but never none with one."""
    listed = set(map(spelled, table.columns))

    assert all(head & listed for head in table.heads)


def test_distances_are_kept_as_stated() -> None:
    """5 km is 5,000 m, and what has no distance gets none."""
    landslides = known_table("nasa_glc")

    assert landslides.values["radius_m"]["5km"] == "5000"
    assert "exact" not in landslides.values["radius_m"]
    assert landslides.values["precision"]["unknown"] == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('heads = [["a"]]\n[columns]\na = "id"', "title"),
        ('title = "A"\nheads = [["a"]]\n[columns]\na = "idd"', "'idd'"),
        ('title = "A"\nheads = []\nx = 1\n[columns]\na = "id"', "x"),
        ('title = "A"\nheads = []\nothers = "all"\n[columns]', "recognise"),
        ('title = "A"\nheads = []\ndate_order = "y"\n[columns]', "dmy"),
        ("title = ", "TOML"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(
    text: str, named: str, tmp_path: Path
) -> None:
    """Others add theirs."""
    path = tmp_path / "theirs.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_known_table(path)

    assert named in str(caught.value)
