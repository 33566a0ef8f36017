"""Names of countries that no list of ISO or CLDR has, as tables write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Codes with the further names in use; case, accents and signs do not matter.
_NAMES: Final[Mapping[str, str]] = {
    "AE": "UAE; U.A.E.; Emirates",
    "AX": "Aland",
    "BA": "Bosnia; BiH; Bosnia Hercegovina; Bosna; Bosna i Hercegovina",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia",
    "BQ": "Bonaire; Caribbean Netherlands; Netherlands Antilles",
    "BY": "Belorussia; Byelorussia",
    "CD": "Democratic Republic of Congo; Democratic Republic of the Congo; DR Congo; "
    "DRC; D.R. Congo; Congo DR; Congo DRC; Congo Kinshasa; Congo Democratic Republic; "
    "Dem. Rep. Congo; Dem. Rep. of the Congo; Zaire; RDC; Congo Dem. Rep.; "
    "République démocratique du Congo; República Democrática del Congo",
    "CF": "CAR; C.A.R.; Central African Rep.",
    "CG": "Republic of Congo; Republic of the Congo; Congo Republic; Congo Brazzaville; "
    "Congo Rep.; Rep. Congo; Rep. of the Congo; Congo Republic of the; "
    "République du Congo",
    "CH": "Swiss Confederation; SUI",
    "CI": "Ivory Coast; Cote dIvoire; Cote d'Ivoire; Côte d’Ivoire",
    "CN": "PRC; P.R. China; PR China; People's Republic of China; China PR; "
    "Mainland China; China mainland",
    "CV": "Cape Verde; Cabo Verde",
    "CY": "Greek Cyprus",
    "CZ": "Czech Republic; Czech; Czech Rep.; CR Czech",
    "DE": "Federal Republic of Germany; West Germany; East Germany; West Germany FRG; "
    "East Germany GDR; FRG; GDR; GER; German Democratic Republic",
    "DO": "Dominican Rep.",
    "FK": "Falklands; Malvinas; Islas Malvinas; Falkland Islands Malvinas",
    "FM": "Micronesia; FSM; Federated States of Micronesia",
    "GB": "UK; U.K.; Great Britain; Britain; England; Scotland; Wales; "
    "Northern Ireland; United Kingdom of Great Britain and Northern Ireland; UK GB",
    "GM": "Gambia; The Gambia",
    "GR": "Hellas; Hellenic Republic",
    "GW": "Guinea Bissau; Guinea-Bissau",
    "HK": "Hong Kong; Hong Kong SAR; Hong Kong SAR China; Hong Kong China",
    "IE": "Republic of Ireland; Eire",
    "IR": "Islamic Republic of Iran; Persia",
    "KG": "Kyrgyz Republic; Kirghizia; Kirgizstan",
    "KN": "Saint Kitts and Nevis; St. Kitts and Nevis; St Kitts & Nevis",
    "KP": "North Korea; Korea North; DPRK; DPR Korea; Dem. Rep. Korea; N. Korea; "
    "Democratic People's Republic of Korea; Korea Dem. People's Rep.; "
    "Korea Democratic People's Republic of",
    "KR": "South Korea; Korea South; ROK; Republic of Korea; Korea Rep.; S. Korea; "
    "Korea Republic of; Korea Republic",
    "LA": "Laos; Lao PDR; Lao; Lao People's Democratic Republic",
    "LC": "St. Lucia; Saint Lucia",
    "LY": "Libyan Arab Jamahiriya; Libia",
    "MD": "Moldavia",
    "MK": "Macedonia; FYROM; Former Yugoslav Republic of Macedonia; "
    "Macedonia FYR; Macedonia the former Yugoslav Republic of; FYR Macedonia; "
    "North Macedonia; N. Macedonia",
    "MM": "Burma; Myanmar Burma; Burma Myanmar",
    "MO": "Macau; Macao; Macau SAR; Macao SAR",
    "NL": "Holland; The Netherlands; NED",
    "PS": "Palestine; State of Palestine; Palestinian Territory; Palestinian "
    "Territories; Occupied Palestinian Territory; Occupied Palestinian Territories; "
    "oPt; Palestinian Territory Occupied; West Bank; Gaza; Gaza Strip; "
    "West Bank and Gaza; West Bank and Gaza Strip; Gaza and West Bank; "
    "Palestinian Authority",
    "RU": "Russian Federation; Soviet Russia; RF",
    "SA": "KSA; Kingdom of Saudi Arabia",
    "SK": "Slovak Republic; Slovak",
    "ST": "Sao Tome and Principe; Sao Tome & Principe; Sao Tome",
    "SY": "Syrian Arab Republic; Syria Arab Republic",
    "SZ": "Swaziland; Eswatini; Kingdom of Eswatini",
    "TL": "East Timor; Timor Leste; Timor-Leste; Timor",
    "TR": "Turkey; Türkiye; Turkiye; Republic of Türkiye",
    "TW": "Taiwan; Taiwan ROC; Republic of China; Chinese Taipei; "
    "Taiwan Province of China; Taiwan China",
    "TZ": "Tanzania; Zanzibar",
    "UA": "The Ukraine; Crimea",
    "US": "USA; U.S.A.; U.S.; United States; United States of America; America; "
    "The United States; EEUU; EE. UU.; EUA; США; Etats Unis",
    "VA": "Vatican; Holy See; Vatican City State; Holy See Vatican City State",
    "VC": "St. Vincent and the Grenadines; St Vincent & Grenadines; St. Vincent",
    "VE": "Bolivarian Republic of Venezuela",
    "VG": "British Virgin Islands; Virgin Islands British; Virgin Islands UK",
    "VI": "US Virgin Islands; Virgin Islands US; Virgin Islands U.S.",
    "VN": "Viet Nam; South Vietnam; North Vietnam; Socialist Republic of Vietnam",
    "XK": "Kosovo; Kosova; Republic of Kosovo; Kosovo UNSCR 1244; Kosovo and Metohija; "
    "Kosovo under UNSCR 1244; Kosovo Under UN Security Council Resolution 1244",
    "YE": "Yemen Rep.; South Yemen; North Yemen; Yemen Arab Republic",
    "ZA": "RSA; Republic of South Africa; S. Africa",
    "ZW": "Rhodesia",
}
#: Words that a state's full name adds to the one it is known by.
FORMAL: Final = frozenset(
    [
        "the",
        "of",
        "republic",
        "rep",
        "kingdom",
        "state",
        "states",
        "federal",
        "federated",
        "federation",
        "union",
        "islamic",
        "arab",
        "bolivarian",
        "plurinational",
        "commonwealth",
        "principality",
        "sultanate",
        "grand",
        "duchy",
        "socialist",
        "peoples",
        "people",
        "s",
        "democratic",
        "cooperative",
        "co",
        "operative",
        "hashemite",
        "oriental",
        "independent",
        "sovereign",
        "united",
    ]
)
#: What more than one country of today is called, or none.
AMBIGUOUS: Final = frozenset({"congo", "korea", "virgin islands", "kongo"})


def further_names() -> dict[str, str]:
    """Return codes by the further names of countries, as they are written."""
    return {
        name.strip(): code
        for code, names in _NAMES.items()
        for name in names.split(";")
    }
