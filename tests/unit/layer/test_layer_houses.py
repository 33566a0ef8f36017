"""Numbers of houses go, those of public places and days stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.layer.houses import houses_in, without_houses

HOUSES = {
    "12 Main Street, Springfield": "Main Street, Springfield",
    "22 Elm Tree Lane": "Elm Tree Lane",
    "Shots fired at 12B Old Kent Rd, London": "Shots fired at Old Kent Rd, London",
    "1234 N. 5th Ave, Apt 3B, Tucson": "N. 5th Ave, Tucson",
    "123 5th Avenue": "5th Avenue",
    "1201 WEST MAIN ST": "WEST MAIN ST",
    "12 main street": "main street",
    "Fire at 7 Acacia Avenue, Flat 5": "Fire at Acacia Avenue",
    "Flat 5, Grenfell Tower": "Grenfell Tower",
    "House No. 7, Road 12, Dhaka": "Road 12, Dhaka",
    "Main Street 12, Nairobi": "Main Street, Nairobi",
    "Ulica 12": "Ulica",
    "Ulica Kralja Petra 12, Beograd": "Ulica Kralja Petra, Beograd",
    "ul. Kneza Miloša 12/5": "ul. Kneza Miloša",
    "u ulici Kneza Miloša 12 u Beogradu": "u ulici Kneza Miloša u Beogradu",
    "Bulevar kralja Aleksandra 73a, Beograd": "Bulevar kralja Aleksandra, Beograd",
    "ulica 27. marta 12, stan 4": "ulica 27. marta",
    "Makedonska 22, Beograd": "Makedonska, Beograd",
    "Његошева улица 5": "Његошева улица",
    "ул. Краља Милана 14, стан 3": "ул. Краља Милана",
    "ул. Ленина, д. 5, кв. 12": "ул. Ленина",
    "Москва, улица Тверская, дом 7, корпус 2": "Москва, улица Тверская",
    "Невский проспект, 28": "Невский проспект",
    "проспект Мира 12, подъезд 3": "проспект Мира",
    "в доме 5, кв. 7": "в",
    "вул. Хрещатик, 22, Київ": "вул. Хрещатик, Київ",
    "вулиця Шевченка, буд. 5, кв. 1": "вулиця Шевченка",
    "Hauptstraße 5a": "Hauptstraße",
    "Berliner Straße 12, 3. OG, Leipzig": "Berliner Straße, Leipzig",
    "Brand in der Lindenallee 7 in Köln": "Brand in der Lindenallee in Köln",
    "Straße des 17. Juni 135": "Straße des 17. Juni",
    "Mariahilfer Str. 4/2/10, Wien": "Mariahilfer Str., Wien",
    "Keizersgracht 123, Amsterdam": "Keizersgracht, Amsterdam",
    "Calle Mayor 3, 2º B": "Calle Mayor",
    "C/ Alcalá, 45, bajo A, Madrid": "C/ Alcalá, Madrid",
    "Avenida 9 de Julio 1200, Buenos Aires": "Avenida 9 de Julio, Buenos Aires",
    "Calle 26 # 69-76, Bogotá": "Calle 26, Bogotá",
    "Carrera 7 No. 32-16": "Carrera 7",
    "rue de la Paix 5 bis": "rue de la Paix",
    "5 bis, rue de la Paix, Paris": "rue de la Paix, Paris",
    "12 avenue Foch": "avenue Foch",
    "Incendie au 3 rue d'Erlanger": "Incendie au rue d'Erlanger",
    "Rua Augusta, 1200, apto 45, São Paulo": "Rua Augusta, São Paulo",
    "Av. Paulista, nº 900": "Av. Paulista",
    "Rua 25 de Março, 120": "Rua 25 de Março",
    "Atatürk Caddesi No: 5 D: 3, Ankara": "Atatürk Caddesi, Ankara",
    "1453. Sokak No: 5/3": "1453. Sokak",
    "Bağdat Cad. 12, Kadıköy": "Bağdat Cad., Kadıköy",
    "شارع الجلاء 12، غزة": "شارع الجلاء، غزة",
    "شارع الملك فيصل رقم ١٢، شقة ٣": "شارع الملك فيصل",
    "Via Roma 12, Milano": "Via Roma, Milano",
    "9800, 34th Street, Yarrow Point": "34th Street, Yarrow Point",
    "between 15770 and 15684 Thayer rd., just east": "between Thayer rd., just east",
    "a home (37 Sidlaw St.), Wellington": "a home (Sidlaw St.), Wellington",
}
NO_HOUSES = (
    "Highway 101",
    "Highway 12 at Salem",
    "US 50 near Placerville",
    "I-95 North",
    "State Route 9, Marblemount",
    "School No. 5",
    "Школа № 5",
    "Trg 14",
    "Trg 14. oktobra",
    "Block 12",
    "Blok 45, Novi Beograd",
    "Gate 5",
    "5th Avenue",
    "W 34th Street",
    "22nd Ave and 56th St",
    "300 block Iris Park Dr",
    "1200 block of Main Street",
    "Milepost 12, Skagit County",
    "12 miles from Main Street",
    "km 45 Carretera Central",
    "Calle 13",
    "Avenida 5",
    "Calle 5 de Mayo",
    "Avenida 18 de Julio",
    "rue du 8 mai 1945",
    "rue du 4 Septembre",
    "Le 13 novembre 2015, rue Bichat",
    "ulica 27. marta",
    "Bulevar 12. februar",
    "ulica 8. mart",
    "улица 8 Марта",
    "улица 1905 года",
    "проспект 60-летия Октября",
    "Minsk 2020",
    "Bundesstraße 5",
    "Landstraßen gesperrt, 12 Verletzte",
    "Straße des 17. Juni",
    "شارع 15",
    "شارع 6 أكتوبر",
    "1453. Sokak",
    "25 people killed in the street",
    "3 killed on Main Street",
    "12 Main Street shops burnt",
    "Protest on Bulevar oslobođenja 2014",
    "Explosion rue Bichat: 5 morts",
    "Incendio en la calle Mayor deja 3 muertos",
    "Pier 39",
    "Camp 7, Zone 3",
    "Platform 9, King Street Station",
    "2014 protests",
    "May 12 Street Festival",
    "Moldova 2020",
    "Alaska 12",
    "Unit 731",
    "Reactor 4, Chernobyl",
    "Checkpoint 300",
    "F-16 shot down",
    "Paris 13e",
    "District 9",
    "Ward 5, Kathmandu",
    "М-4 «Дон», 45 км",
    "Autoput A1, km 12",
    "квартира площадью 45 кв. м",
    "5 St John's pupils injured",
    "Room 101",
    "Flat tyre after 12 km",
    "23 January Street protests",
    "Straße des 17. Juni. Dann",
    "Area 51",
    "Mine No. 3",
    "Building 5, Camp Lejeune",
    "VA 39, Maury River Road",
    "Camps 4 and 5, Kennon Rd., Benguet",
    "7 Km Of Road, between two towns",
)
ADDRESSES = {
    "350 W 34th": "W 34th",
    "1600 Pennsylvania": "Pennsylvania",
    "Am Markt 5, Ulm": "Am Markt, Ulm",
    "Kralja Petra 12": "Kralja Petra",
    "Istiklal 12/3, Beyoglu": "Istiklal, Beyoglu",
    "500 Sycamore St": "Sycamore St",
}
NO_ADDRESSES = (
    "300 block Iris Park Dr",
    "22nd Ave and 56th St",
    "5 miles west of Salem",
    "Old Hwy 19",
    "US-64",
    "Blok 45",
    "Trg 14",
    "Clearview Ln",
    "",
)


@pytest.mark.parametrize(("text", "left"), HOUSES.items())
def test_the_number_of_a_house_goes_and_the_street_stays(text: str, left: str) -> None:
    """In eleven languages, before the street and behind it, with flat and floor."""
    assert without_houses(text) == left


@pytest.mark.parametrize("text", NO_HOUSES)
def test_other_numbers_stay(text: str) -> None:
    """Roads, schools, squares, blocks, gates, days, years, counts, distances."""
    assert without_houses(text) == text
    assert houses_in(text) == ()


@pytest.mark.parametrize(("text", "left"), ADDRESSES.items())
def test_in_a_column_of_addresses_a_number_is_enough(text: str, left: str) -> None:
    """No word for a street is needed; elsewhere it stays."""
    assert without_houses(text, is_address=True) == left


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_a_column_of_addresses_has_other_numbers_too(text: str) -> None:
    """Blocks, crossings, roads and distances."""
    assert without_houses(text, is_address=True) == text


@given(st.text(max_size=80), st.booleans())
def test_what_is_cut_lies_in_the_text_in_order(text: str, is_address: bool) -> None:  # noqa: FBT001
    """Whatever the text; and a text without a number is never touched."""
    spans = houses_in(text, is_address=is_address)

    ends = [at for span in spans for at in span]
    assert ends == sorted(ends)
    assert all(0 <= at <= len(text) for at in ends)
    if not any(map(str.isdecimal, text)):
        assert without_houses(text, is_address=is_address) == text


@given(st.sampled_from([*HOUSES]), st.sampled_from(NO_HOUSES))
def test_a_house_is_found_beside_another_number(house: str, other: str) -> None:
    """On a line of its own."""
    assert houses_in(f"{other}\n{house}")
