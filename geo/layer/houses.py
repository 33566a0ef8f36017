"""Numbers of houses and flats in texts, as addresses of eleven languages write them.

A number is a house's only by what stands around it: the word for a street, for a house or
for a flat. So roads, schools, squares, gates, days and ordinals keep theirs: Highway 101,
School No. 5, Trg 14, ulica 27. marta, 5th Avenue. Where a number may as well be a year or a
count, it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_CAPITAL: Final = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŘŚŠŞŤŪŮŰŲŹŻŽЀ-ЯҐ]"
#: Bounded, so that the longest text is read in time that grows with it.
_WORD: Final = r"[^\W\d_][\w.'’\-]{0,40}"
_NAMED: Final = rf"{_CAPITAL}[\w.'’\-]{{0,40}}"

# --- months, beginnings of their names in many languages ---------------------------

_MONTHS: Final = (
    r"(?:jan|feb|mar|apr|may|mai|maj|jun|jul|aug|avg|sep|set|oct|okt|out|nov|dec|dez|janv"
    r"|f[ée]v|avr|juin|juil|ao[ûu]t|d[ée]c|ene|abr|ago|dic|fev|mär|янв|фев|мар|апр|мая|июн"
    r"|июл|авг|сен|окт|ноя|дек|јан|феб|апр|мај|јун|јул|сеп|нов|дец)\w*\.?"
)

# --- pieces of an address ----------------------------------------------------------

#: 12, 5a, 12-14, 5/7, 5/II, 5 bis; no time of day, no percentage, no decimal.
_NUMBER: Final = (
    r"\d{1,5}(?:[A-Za-zА-Яа-я](?!\w)|\s[A-ZА-Я](?!\w)|\s[a-h](?=\s*(?:[,;)]|$)))?"
    r"(?:\s?(?:bis|ter|quater)(?!\w))?"
    r"(?:\s?[-–/]\s?(?:\d{1,4}|[IVX]{1,4})[A-Za-zА-Яа-я]?(?!\w)){0,2}"
    r"(?![\w%°]|[.:,]\d)"
)
_DIGITS: Final = r"\d{1,4}[A-Za-zА-Яа-я]?(?!\w)"
#: What says that a number follows, with the words for a house.
_NO: Final = (
    r"(?:(?i:n[.º°]{1,2}|n[or][.:º°]?|núm\.?|num\.?|numero|número|numéro|br\.?|broj|бр\.?"
    r"|број|д\.?|дом|доме|буд\.?|будинок|зд\.?|رقم|منزل|مبنى|بناية|№|#)\s*:?\s*){1,2}"
)
_FLOOR: Final = r"(?i:og|stock|etage|étage|sprat|kat|andar|этаж|поверх|спрат|floor)"
#: Flat, floor or entrance, behind the number of a house.
_FLAT: Final = (
    rf"(?:(?i:apartments?|apt|flat|suite|ste|unit|room|rm|floor|кв|квартира|эт|этаж|под"
    r"|подъезд|корп|корпус|к|стр|строение|оф|офис|пов|поверх|під|під'їзд|стан|спрат|улаз"
    r"|stan|sprat|ulaz|whg|wohnung|etage|stock|tür|top|stiege|piso|puerta|pta|planta|dpto"
    r"|depto|departamento|esc|escalera|portal|appartement|appt|étage|bât|bâtiment|escalier"
    r"|porte|apartamento|apto|ap|andar|bloco|lote|daire|d|kat|k|blok|شقة|الطابق|طابق|الدور)"
    rf"\.?\s*(?:(?i:br|no|nr|бр|رقم|№|#)[.:]?\s*)?:?\s*{_DIGITS}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th|er|e|ème|º|ª|°|-?й)?\s*{_FLOOR}(?!\w)|#\s?{_DIGITS}"
    r"|\d{1,2}\s?[ºª°](?:\s*(?:[A-Z]|izq|dcha?|dta|esq|dto)\.?(?!\w))?"
    r"|(?i:bajo|ático)(?:\s+[A-Z](?!\w))?(?!\w))"
)
_FLATS: Final = rf"(?:(?:\s*[,;/–-]\s*|\s+){_FLAT})*"
#: Where an address ends: at a mark, or before "in" and a place.
_END: Final = (
    rf"(?=\s*(?:$|[,;:!?)\]»”\"\n|،؛–—]|\.(?:\s*$|\s+(?!(?i:{_MONTHS})){_CAPITAL}))"
    r"|\s+(?:in|at|near|bei|u|kod|и|в|у|во|біля|около|та|en|à|a|em|and|und|y|et|e|ve|في)\s)"
)
#: Names of streets, some of which begin with a day: Kralja Petra, 27. marta, 9 de Julio.
_NAME: Final = (
    rf"(?:\d{{1,4}}(?:\.|-?[^\W\d_]{{1,5}})?\s+(?:de\s+)?{_WORD}|{_WORD})"
    rf"(?:\s+(?:\d{{1,2}}\.?\s+)?{_WORD}){{0,4}}?"
)

# --- words for a street ------------------------------------------------------------

_BEFORE_NAME: Final = (
    r"(?i:ulic[aeiu]|ul\.|bulevar\w?|bul\.|avenij[aeiu]|улиц[аеиуы]|ул\.|булевар\w?|бул\."
    r"|авениј[аеиу]|проспект[еау]?|просп\.|пр-т|переул(?:ок|ке)|пер\.|шоссе|бульвар[еау]?"
    r"|б-р|бульв\.|набережн(?:ая|ой)|наб\.|проезд|провулок|пров\.|вулиц[яію]|вул\.|calle"
    r"|c/|avda?\.|avenida|av\.|carrera|cra\.|pasaje|paseo|calzada|jirón|plaza|rue|avenue"
    r"|boulevard|bd|bld|impasse|allée|chemin|quai|ruelle|rua|travessa|alameda|praça|largo"
    r"|straße|strasse|viale|corso|شارع)|Via|Trg|Трг"
)
_BEHIND_NAME: Final = (
    rf"{_CAPITAL}[\w-]{{0,40}}(?:straße|strasse|str\.|gasse|weg|allee|damm|ufer|straat|laan|gracht"
    r"|kade|gatan|vägen)|(?:Straße|Strasse|Str\.|Gasse|Weg|Allee|Damm|Ufer)"
    r"|(?i:sokak|sokağı|sok\.?|sk\.|cadde(?:si)?|cad\.?|bulvarı|blv\.|mahallesi|mah\.)"
    rf"|{_WORD}\s+(?i:ulica|улица|ул\.|пр-т|проспект|переулок|пер\.|шоссе|бульвар|вулиця"
    r"|вул\.)"
    rf"|{_NAMED}\s+(?:Street|Avenue|Boulevard|St\.|Ave\.|Blvd\.)"
)
#: Streets are called after other months seldom, and 12 March is a day.
_MONTH_NAMES: Final = (
    r"(?:January|February|March|July|September|October|November|December)"
)
_ENGLISH: Final = (
    r"(?i:street|st|road|rd|lane|ln|avenue|ave|av|drive|dr|court|ct|boulevard|blvd"
    r"|terrace|circle|cir|way|place|pl|close|crescent|cres|grove|mews|parkway|pkwy)"
)
_FRENCH: Final = r"(?i:rue|avenue|boulevard|bd|impasse|allée|chemin|quai|ruelle)"

# --- what makes a number another one -----------------------------------------------

#: English numbers before a street that are those of a road, a day or a distance.
_NOT_BEFORE: Final = re.compile(
    r"(?<!\w)(?:highway|hwy|route|rte|road|exit|mile|mileposts?|marker|mp|km|kilomet\w+"
    r"|interstate|us|sr|cr|fm|block|gate|school|no\.?|camp|sector|zone|district|ward|pier"
    r"|terminal|station|checkpoint|junction|building|platform|track|line|bus|tram|en|le|"
    rf"{_MONTHS})\s*$",
    re.IGNORECASE,
)
#: What counts or measures at a street: 12 Main Street shops, 3 people, 5 miles.
_COUNTED: Final = (
    r"(?i:km|kms|kilomet\w+|miles?|mi|m|met(?:er|re)s?|feet|ft|yards?|blocks?|of|min|mins"
    r"|minutes?|hours?|days?|weeks?|months?|years?|people|persons?|men|women|children|dead"
    r"|killed|injured|arrested|wounded|shot|on|in|at|near|along|and|to|from|by|were|was)"
)
_COUNTED_BEHIND: Final = (
    r"(?!\s+(?:residents|shops|stores|businesses|homes|houses|buildings|workers|bankers"
    r"|protesters|officers|students|people|men|women)\b)"
)
#: Before a number behind a street: roads that have numbers, times, and counts.
_NOT_BEHIND: Final = re.compile(
    r"(?:(?:bundes|landes|kreis|staats|reichs|national)(?:straße|strasse|str\.)"
    r"|(?:park|sport|flug|rad|wander|geh)weg"
    r"|(?<!\w)(?:road|highway|route|od|do|oko|posle|nakon|pre|с|до|после|от|by|after"
    r"|before|since|until|from|with|desde|hasta|depuis|ab|seit|autoput\w*))\s*,?\s*$",
    re.IGNORECASE,
)
_NAME_BEFORE: Final = re.compile(r"(?:(?<!\w)and|[A-Z][\w.]*)\s*$")
_YEAR: Final = re.compile(r"\s*(?:19|20)\d\d")
_MONTH_BEFORE: Final = re.compile(rf"(?<!\w){_MONTHS}\s*$", re.IGNORECASE)
_TOWNS_LIKE_STREETS: Final = (
    r"(?!Moldova|Geneva|Genova|Casanova|Villanova|Villanueva|Terranova|Alaska|Nebraska"
    r"|Republika|Polska|Nova\b)"
)

# --- patterns, each with what is cut as "house" and "flat" -------------------------

_BEFORE: Final = (
    # 12 Main Street; 1234 N. 5th Ave, Apt 3B
    re.compile(
        r"(?<![\w.,/#№:\-–])(?P<house>(?:\d{3,6}\s+(?:and|&|to)\s+)?"
        r"\d{1,6}(?:[A-Za-z](?!\w))?(?:\s?[-–/]\s?\d{1,6})?,?\s+)"
        r"(?:[NSEW]{1,2}\.?\s+|(?:North|South|East|West)\s+)?"
        rf"(?:\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)\s+"
        rf"|(?!{_MONTH_NAMES}|{_COUNTED}\b)(?:{_NAMED}\s+){{1,4}}?)"
        rf"{_ENGLISH}(?![\w'’]){_COUNTED_BEHIND}(?P<flat>{_FLATS})",
    ),
    # 12 main street, as a whole line: within a sentence small letters may be anything.
    re.compile(
        rf"(?:^|[,\n])\s*(?P<house>\d{{1,5}}[A-Za-z]?,?\s+)(?:(?!{_COUNTED}\b){_WORD}\s+){{1,3}}?"
        r"(?i:street|avenue|lane|road|drive|boulevard|st|ave|rd)\.?(?=\s*(?:[,\n]|$))",
    ),
    # 5 bis, rue de la Paix; 12 avenue Foch
    re.compile(
        r"(?<![\w.,/#№:\-–])(?P<house>\d{1,4}(?:\s?(?:bis|ter|quater)|[A-Za-z](?!\w))?,?\s+)"
        rf"{_FRENCH}\s+(?:(?:(?:de\s+la|de|du|des|de\s+l['’])\s*|d['’])?{_CAPITAL}|des?\s)",
    ),
)
_BEHIND: Final = (
    # Ulica Kralja Petra 12; rue de la Paix 5 bis; Calle Mayor 3, 2º B; ул. Ленина, д. 5
    re.compile(
        rf"(?<!\w)(?:{_BEFORE_NAME})\s*{_NAME}"
        rf"(?P<house>(?:\s*,\s*|\s+)(?:{_NO})?{_NUMBER}{_FLATS}){_END}",
    ),
    # Hauptstraße 5a; Atatürk Caddesi No: 5 D: 3; Невский проспект, 5; Main Street 12
    re.compile(
        rf"(?<!\w)(?:{_BEHIND_NAME})"
        rf"(?P<house>(?:\s*,\s*|\s+)(?:{_NO})?{_NUMBER}{_FLATS}){_END}",
    ),
    # Ulica 12, and nothing else.
    re.compile(
        rf"(?<!\w)(?i:ulic[aiu]|улиц[аиу]е?)(?P<house>\s+{_NUMBER}{_FLATS})(?=\s*(?:$|[,;\n]))",
    ),
    # Makedonska 22, Beograd
    re.compile(
        rf"(?:^|[,\n]\s*){_TOWNS_LIKE_STREETS}{_CAPITAL}\w{{3,40}}(?:[oe]va|[sčćš]ka|[jn]ina)"
        r"(?P<house>\s+\d{1,3}[A-Za-z]?(?:/\w{1,4})*)(?=\s*(?:[,\n]|$))",
    ),
    # Calle 26 # 69-76; Carrera 7 No. 32-16
    re.compile(
        r"(?<!\w)(?i:calle|carrera|cra\.?|cl\.?|avenida|av\.?|diagonal|transversal)\s+\d+"
        r"\s?[A-Z]?(?:\s+(?:Sur|Norte|Este|Oeste))?"
        r"(?P<house>\s*,?\s*(?:#|[Nn][oº°]\.?)\s*\d{1,3}\s?[A-Z]?\s?-\s?\d{1,3})",
    ),
    # Flat 5; кв. 12; д. 5; stan 12; House No. 7; شقة 3
    re.compile(
        r"(?<!\w)(?P<house>,?\s*(?:(?:Flat|Apt\.?|[Aa]partment|кв\.|[Кк]вартир[аеуы]|stan"
        r"|стан|Wohnung|Whg\.?|[Aa]ppartement|[Aa]ppt\.?|[Aa]partamento|[Aa]pto\.?|[Dd]pto\.?"
        r"|[Dd]aire|شقة)\s*(?:(?i:br|no|nr|бр|رقم|№|#)[.:]?\s*)?:?\s*|д\.\s?"
        r"|(?:House|Door|Plot)\s+(?:No\.?|#)\s*:?\s*)"
        rf"{_DIGITS}(?!\s*(?:м|m|sq|[.,]\d)){_FLATS})",
    ),
    # дом 12; No: 5 D: 3
    re.compile(
        rf"(?<!\w)(?P<house>,?\s*(?:(?:дом|доме|будинок|منزل\s+رقم)\s*№?\s*{_NUMBER}"
        rf"|[Nn][Oo]\s*:\s*{_NUMBER}(?=\s*[,/]?\s*(?i:d|daire|kat)\b)){_FLATS}){_END}",
    ),
)
#: In a column of addresses, any number at its beginning, or behind its first part.
_ADDRESSES: Final = (
    re.compile(
        rf"^\s*(?P<house>\d{{1,6}}[A-Za-z]?(?:\s?[-–/]\s?\d{{1,4}})?,?\s+)"
        rf"(?!{_COUNTED}\b)(?=[^\W_])"
    ),
    re.compile(
        rf"^(?!.*(?i:\b(?:highway|hwy|route|exit|km|blo[ck]k?|блок|gate|school|škola|школа"
        r"|sector|sektor|zone|camp|interstate|autoput|autobahn|ruta|carretera)\b))"
        rf"[^,;\d]{{3,60}}?(?<!Trg)(?<!Трг)(?P<house>(?:\s*,\s*|\s+)(?:{_NO})?{_NUMBER}"
        rf"{_FLATS})(?=\s*(?:$|[,;]))"
    ),
)
_WORDS_BEFORE: Final = 40
_DIGIT: Final = re.compile(r"\d")
_TOKENS: Final = re.compile(r"[^\W\d_]+")
#: Words of which every address has one, their first four letters, and their ends: to look
#: for them is many times faster than to look for an address.
_WORDS: Final = frozenset(
    {
        *("allee", "allée", "apt", "av", "avda", "ave", "avenue"),
        *("bd", "bld", "blvd", "boulevard", "bul", "c", "cad"),
        *("chemin", "cir", "circle", "cl", "close", "corso", "court"),
        *("cra", "cres", "crescent", "ct", "d", "damm", "dpto"),
        *("dr", "drive", "flat", "gasse", "grove", "impasse", "lane"),
        *("largo", "ln", "mah", "mews", "parkway", "paseo"),
        *("pkwy", "pl", "place", "plaza", "quai", "rd", "road"),
        *("rua", "rue", "ruelle", "sk", "soka", "st", "stan"),
        *("str", "street", "terrace", "trg", "ufer", "ul", "via"),
        *("viale", "way", "weg", "whg", "б", "будинок", "бул"),
        *("kat", "вул", "д", "дом", "доме", "дпто", "кв", "наб"),
        *("пер", "пр", "пров", "стан", "трг", "ул", "منزل"),
    }
)
_BEGINNINGS: Final = frozenset(
    {
        *("alam", "allé", "apar", "appa", "appt", "apto", "aven"),
        *("boul", "bule", "bulv", "cadd", "call", "calz", "carr"),
        *("chem", "dair", "diag", "door", "hous", "impa", "jiró"),
        *("maha", "pasa", "plot", "praç", "ruel", "soka", "tran"),
        *("trav", "ulic", "wohn", "авен", "буле", "буль", "вули"),
        *("квар", "набе", "пере", "пров", "прое", "прос", "улиц"),
        *("шосс", "شارع", "شقة"),
    }
)
_ENDS: Final = (
    *("straße", "strasse", "str", "gasse", "weg", "allee", "damm", "ufer", "straat"),
    *("laan", "gracht", "kade", "gatan", "vägen", "ova", "eva", "ska", "čka", "ćka"),
    *("ška", "jina", "nina"),
)
_GAPS: Final = (
    (re.compile(r"\s{2,}"), " "),
    (re.compile(r"(?<=[(\[])\s+"), ""),
    (re.compile(r"\s+(?=[,;.،](?:\s|$))"), ""),
    (re.compile(r"(?:[,;]\s*){2,}"), ", "),
)


def houses_in(text: str, *, is_address: bool = False) -> tuple[tuple[int, int], ...]:
    """Return where a text has the number of a house or flat, in order: start and end.

    Parameters
    ----------
    text
        Any text, on one line or several.
    is_address
        Whether it stands in a column of addresses, where a number alone is enough.
    """
    if not _DIGIT.search(text):
        return ()
    spans = set(_spans(text)) if _may_be_address(text) else set()
    if is_address and not spans:
        for pattern in _ADDRESSES:
            if match := pattern.search(text):
                spans.add(match.span("house"))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return tuple(kept)


def without_houses(text: str, *, is_address: bool = False) -> str:
    """Return a text without the numbers of houses and flats; the street stays.

    Parameters
    ----------
    text, is_address
        As for :func:`houses_in`. A text without any is returned as it is.
    """
    spans = houses_in(text, is_address=is_address)
    if not spans:
        return text
    left = text
    for start, end in reversed(spans):
        is_within = start > 0 and end < len(left) and left[end].isalnum()
        left = f"{left[:start]}{' ' if is_within else ''}{left[end:]}"
    for gap, mended in _GAPS:
        left = gap.sub(mended, left)
    return left.strip(" ,;\u060c")


def _may_be_address(text: str) -> bool:
    return any(map(_is_telling, _TOKENS.findall(text.lower())))


@lru_cache(maxsize=65_536)
def _is_telling(token: str) -> bool:
    """Tell whether a word may be part of an address; tables say the same few again."""
    return token in _WORDS or token[:4] in _BEGINNINGS or token.endswith(_ENDS)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Go through what is cut out of a text, in no order."""
    for pattern in _BEFORE:
        for match in pattern.finditer(text):
            before = _words_before(text, match.start("house"))
            # 4 and 5, Some Road and VA 39, Some Road are no houses.
            is_apart = "," in match["house"] and _NAME_BEFORE.search(before)
            if not (is_apart or _NOT_BEFORE.search(before)):
                yield match.span("house")
                if "flat" in match.groupdict() and match["flat"]:
                    yield match.span("flat")
    for pattern in _BEHIND:
        for match in pattern.finditer(text):
            start, end = match.span("house")
            is_other = _NOT_BEHIND.search(_words_before(text, start))
            if is_other or _is_year(text, start, end):
                continue
            yield start, end


def _words_before(text: str, start: int) -> str:
    """Return the last words before a place in a text, on the same line."""
    return text[max(0, start - _WORDS_BEFORE) : start].rpartition("\n")[2]


def _is_year(text: str, start: int, end: int) -> bool:
    """Tell whether what stands at a street is a year: 2014, or 8 mai 1945."""
    if not _YEAR.fullmatch(text, start, end):
        return False
    return not text.startswith(",", end) or bool(
        _MONTH_BEFORE.search(_words_before(text, start))
    )
