"""One date as people write it, in words, signs and digits of many languages."""

from __future__ import annotations

from datetime import date

import pytest

from geo.importing.dates.grammar import read_text
from geo.importing.dates.style import DateStyle

STYLE = DateStyle(today=date(2026, 11, 26), order="dmy")


def read(text: str, style: DateStyle = STYLE) -> str:
    """Read one date, day first."""
    return read_text(text, style, set())


def checked(rows: str) -> list[tuple[str, str]]:
    """Return the pairs of a table written as ``text -> EDTF``."""
    lines = (line.strip() for line in rows.strip().splitlines())
    return [tuple(line.split(" -> ")) for line in lines]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "edtf"),
    checked(
        """
        7 June 2024 -> 2024-06-07
        June 7, 2024 -> 2024-06-07
        07-Jun-24 -> 2024-06-07
        Friday, June 07, 2024 -> 2024-06-07
        Fri Jun 7th, 2024 -> 2024-06-07
        5th of November 2020 -> 2020-11-05
        2024-Jun-07 -> 2024-06-07
        Jun '98 -> 1998-06
        Jun-20 -> 2020-06
        2024 June -> 2024-06
        12.IV.2020 -> 2020-04-12
        2024年6月7日 -> 2024-06-07
        7 de junio de 2024 -> 2024-06-07
        7 juin 2024 -> 2024-06-07
        1er août 2024 -> 2024-08-01
        Fr., 7. Juni 2024 -> 2024-06-07
        7 de março de 2024 -> 2024-03-07
        7. juna 2024. godine -> 2024-06-07
        24. februara 2022. -> 2022-02-24
        7. јун 2024. -> 2024-06-07
        7 июня 2024 г. -> 2024-06-07
        июнь 2024 -> 2024-06
        7 червня 2024 р. -> 2024-06-07
        пʼятниця, 7 червня 2024 -> 2024-06-07
        7 Haziran 2024 -> 2024-06-07
        7 AĞUSTOS 2024 -> 2024-08-07
        ٧ يونيو ٢٠٢٤ -> 2024-06-07
        7 حزيران 2024 -> 2024-06-07
        """
    ),
)
def test_names_of_months_are_read_in_each_language(text: str, edtf: str) -> None:
    """Long, short and inflected; weekdays are passed over."""
    assert read(text) == edtf


@pytest.mark.parametrize(
    ("text", "edtf"),
    checked(
        """
        2-6 June 2024 -> 2024-06-02/2024-06-06
        June 2–6, 2024 -> 2024-06-02/2024-06-06
        2 to 6 June 2024 -> 2024-06-02/2024-06-06
        from 2 June until 6 June 2024 -> 2024-06-02/2024-06-06
        between 2 and 6 June 2024 -> 2024-06-02/2024-06-06
        30 May - 6 June 2024 -> 2024-05-30/2024-06-06
        28 December - 3 January 2022 -> 2021-12-28/2022-01-03
        May-June 2024 -> 2024-05/2024-06
        02/06/2024-06/06/2024 -> 2024-06-02/2024-06-06
        02.-06.06.2024 -> 2024-06-02/2024-06-06
        24.05.-06.06.2024 -> 2024-05-24/2024-06-06
        2024-06-02 - 2024-06-06 -> 2024-06-02/2024-06-06
        2024-06-02/06 -> 2024-06-02/2024-06-06
        2024-06-02 to 2024-06-06 -> 2024-06-02/2024-06-06
        1994-1997 -> 1994/1997
        1994-97 -> 1994/1997
        del 2 al 6 de junio de 2024 -> 2024-06-02/2024-06-06
        du 2 au 6 juin 2024 -> 2024-06-02/2024-06-06
        vom 2. bis 6. Juni 2024 -> 2024-06-02/2024-06-06
        de 2 a 6 de junho de 2024 -> 2024-06-02/2024-06-06
        od 2. do 6. juna 2024 -> 2024-06-02/2024-06-06
        с 2 по 6 июня 2024 -> 2024-06-02/2024-06-06
        з 2 до 6 червня 2024 -> 2024-06-02/2024-06-06
        من 2 إلى 6 يونيو 2024 -> 2024-06-02/2024-06-06
        2 or 3 June 2024 -> [2024-06-02,2024-06-03]
        2 and 3 June 2024 -> 2024-06-02/2024-06-03
        """
    ),
)
def test_stretches_are_read_in_words_and_signs(text: str, edtf: str) -> None:
    """Each end takes from the other what it lacks."""
    assert read(text) == edtf


@pytest.mark.parametrize(
    ("text", "edtf"),
    checked(
        """
        circa 1968 -> 1968~
        ca. June 2024 -> 2024-06~
        ~1968 -> 1968~
        1968 (approx.) -> 1968~
        1968? -> 1968?
        около 1968 -> 1968~
        hacia 1968 -> 1968~
        early 1980s -> 1980/1983
        mid-1980s -> 1984/1986
        late 1980s -> 1987/1989
        1980s -> 198X
        80s -> 198X
        1980-е годы -> 198X
        años 1980 -> 198X
        1980er Jahre -> 198X
        1980'lar -> 198X
        19th century -> 18XX
        Summer 2023 -> 2023-22
        autumn of 2023 -> 2023-23
        winter 2023/24 -> 2023-24
        лето 2023 -> 2023-22
        printemps 2023 -> 2023-21
        Herbst 2023 -> 2023-23
        before 1999 -> ../1999
        by June 2024 -> ../2024-06
        до 1999 года -> ../1999
        antes de 1999 -> ../1999
        1999'dan önce -> ../1999
        after 1999 -> 1999/..
        since June 2024 -> 2024-06/..
        nach 1999 -> 1999/..
        2019 to present -> 2019/..
        late June 2024 -> 2024-06-21/2024-06-30
        end of February 2023 -> 2023-02-21/2023-02-28
        mid-2018 -> 2018-05/2018-08
        krajem 2018 -> 2018-09/2018-12
        в начале 2018 -> 2018-01/2018-04
        Q3 2021 -> 2021-07/2021-09
        first half of 2021 -> 2021-01/2021-06
        2014-W05 -> 2014-01-27/2014-02-02
        """
    ),
)
def test_vague_dates_stay_as_vague_as_they_are(text: str, edtf: str) -> None:
    """About, before, decades, seasons and parts of a year or month."""
    assert read(text) == edtf


@pytest.mark.parametrize(
    ("text", "edtf"),
    checked(
        """
        2020-00-00 -> 2020
        2020-07-00 -> 2020-07
        00/07/2020 -> 2020-07
        XX/07/2020 -> 2020-07
        20200700 -> 2020-07
        07/2020 -> 2020-07
        2020.07 -> 2020-07
        2020-188 -> 2020-07-06
        """
    ),
)
def test_parts_that_are_not_known_make_a_date_coarser(text: str, edtf: str) -> None:
    """A day or month of 00 is none."""
    assert read(text) == edtf


@pytest.mark.parametrize(
    "text",
    [
        "2023-08",
        "2022-12~",
        "../2023-12",
        "2022-02-24/2022-03-18",
        "198X",
        "2020-XX-XX",
        "[2023-06,2023-07-11]",
        "2019/..",
    ],
)
def test_edtf_is_kept_as_it_is(text: str) -> None:
    """Our own exports are read back."""
    assert read(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "31 June 2020",
        "2019-21",
        "May 2020 attack",
        "20-May",
        "44.8123",
        "12",
        "Belgrade",
        "3 and 17 June 2024",
        "6 June 2024 - 2 June 2024",
        "x" * 300,
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    """Nothing is made up."""
    assert read(text) == ""


@pytest.mark.parametrize(
    ("text", "edtf"),
    checked(
        """
        15 Ramadan 1443 -> 2022-04-16
        ١٥ رمضان ١٤٤٣ -> 2022-04-16
        5 Esfand 1401 -> 2023-02-24
        1443/09/15 هـ -> 2022-04-16
        Farvardin 1401 -> 2022-03-21/2022-04-20
        """
    ),
)
def test_names_of_other_calendars_say_which_it_is(text: str, edtf: str) -> None:
    """Whatever the rest of the column is."""
    assert read(text) == edtf
