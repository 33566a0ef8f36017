"""Serbian, and what is read as Serbian: Croatian, Bosnian, Montenegrin.

Dates in Cyrillic are read as Latin, letter by letter, so that every offset stays.
"""

from __future__ import annotations

from geo.evidence.drafting.language import Language, words

LANGUAGE = Language(
    code="sr",
    also=("hr", "bs", "cnr", "sh"),
    locales=("sr-Latn", "hr"),
    stemmer="serbian",
    letters={"latin": "čćđšž", "cyrillic": "ђјљњћџ"},
    transliteration=str.maketrans(
        "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ",
        "abvgdđežzijkllmnnoprstćufhcčdšABVGDĐEŽZIJKLLMNNOPRSTĆUFHCČDŠ",
    ),
    seasons={
        **dict.fromkeys(words("proleće proleća proleću proljeće proljeća"), 21),
        **dict.fromkeys(words("leto leta letu ljeto ljeta"), 22),
        **dict.fromkeys(words("jesen jeseni"), 23),
        **dict.fromkeys(words("zima zime zimu zimi"), 24),
    },
    counting="jedan/jednu dva/dve tri četiri pet šest sedam osam devet deset",
    units={
        **dict.fromkeys(words("dan dana dane"), "day"),
        **dict.fromkeys(
            ("nedelja", "nedelje", "nedelju", "nedelja dana", "sedmice", "sedmicu"),
            "week",
        ),
        **dict.fromkeys(words("mesec meseca meseci mjesec mjeseca"), "month"),
        **dict.fromkeys(words("godina godine godinu godini"), "year"),
    },
    few="nekoliko",
    last=r"prošl\w+",
    earlier="ranije",
    year_word=r"(?:\.?[\s\u00a0]*(?:godin[aeiu]|god\.|g\.))",
    before_year=r"(?:u|od|do|pre|posle|nakon)[\s\u00a0]+",
    before_month=r"(?P<cue>u|od|do)[\s\u00a0]+",
    decade_ending=r"-ih\b",
    since="od",
    until="do|pre|prije",
    after="posle|poslije|nakon",
    between="od|između",
    about=words("oko"),
    to=words("i do"),
    month_to=words("i do"),
    from_publication=(
        (r"(?P<which>juče|jučer)", "yesterday"),
        (r"(?P<which>prošl\w+|ov\w+) {unit}", "that unit"),
        (r"(?P<which>prošl\w+|ov\w+) {season}", "that season"),
        (r"pre (?:{count} )?{unit}", "ago"),
        (r"(?:u )?poslednj?ih (?:{count} )?{unit}", "lately"),
        (r"nedavno", "recently"),
    ),
    from_told=(
        (r"(?:kasnije )?(?:ist\w+) {unit}", "same"),
        (r"(?:{count} )?{unit}(?: dana)? (?P<way>ranije|kasnije)", "apart"),
        (r"od tada|nakon toga|posle toga", "after"),
    ),
    at=words("u kod blizu kroz у код близу кроз"),
    to_place=words("iz do od ka prema na za из до од ка према на за"),
    and_=words("i ili и или"),
    beside=words("grad gradu grada град граду града"),
    openers=words(
        """a ali kada kad posle nakon pre tokom o po što ovaj tamo gde gdje"""
    ),
    abbreviations=words("""ul br sv god tzv npr str ул бр св год тзв нпр стр"""),
)
