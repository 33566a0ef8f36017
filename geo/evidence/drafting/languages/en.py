"""English."""

from __future__ import annotations

from geo.evidence.drafting.language import Language, words

LANGUAGE = Language(
    code="en",
    locales=("en",),
    letters={"latin": ""},
    # "may" and "march" are verbs.
    months_have_capitals=True,
    seasons={"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24},
    counting="a/an/one two three four five six seven eight nine ten eleven twelve",
    units={"day": "day", "week": "week", "month": "month", "year": "year"},
    unit_ending="s?",
    few="a few|few|several|some|recent|a couple of|couple of",
    weekdays=(
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ),
    last="last|past",
    earlier="earlier|before",
    before_year=(
        r"(?:in|since|by|until|till|before|after|of|during|from|between|early|late|mid"
        r"|around|circa)[\s-]+"
    ),
    before_month=(
        r"(?P<cue>in|since|by|until|last|this|early|late|mid)[\s-]+"
        r"(?:early\s|late\s)?"
    ),
    day_ending="st|nd|rd|th",
    decade_ending=r"s\b",
    since="since",
    until="until|till|before|prior to|by",
    after="after",
    between="from|between",
    edge=r"(?:the\s+)?(?:early\s|late\s|end of\s)?",
    about=words("around about circa"),
    to=words("and to through until"),
    month_to=words("and to through"),
    of=words("of"),
    season_of=words("of in"),
    from_publication=(
        (r"(?P<which>yesterday)", "yesterday"),
        (r"(?P<which>last|this|past) {unit}", "that unit"),
        (r"(?P<which>last|this|past) {season}", "that season"),
        (r"(?:on |last |this past ){weekday}", "weekday"),
        (r"{count} {unit} ago", "ago"),
        (
            r"(?:(?:in|over|during|for) )?(?:the )?(?:past|last) (?:{count} )?{unit}",
            "lately",
        ),
        (r"(?:in|over|during) recent {unit}", "lately"),
        (r"recently", "recently"),
    ),
    from_told=(
        (r"(?:later |earlier )?(?:in |on )?(?:that|the) same {unit}", "same"),
        (r"(?:later|earlier|in|during|by the end of) that {unit}", "same"),
        (r"that {unit}(?=[,.;])", "same"),
        (r"{count} {unit} (?P<way>earlier|later|afterwards?)", "apart"),
        (r"(?P<unit>{units})s (?P<way>earlier|later)", "apart"),
        (r"the (?P<way>next|following|previous) {unit}", "beside"),
        (r"afterwards?|since then|after that", "after"),
    ),
    at=words("in at near outside around inside across throughout into via"),
    to_place=words("to from of toward towards leaving between behind over"),
    and_=words("and or"),
    beside=words(
        """downtown central greater north south east west northern southern eastern
        western old new upper lower inner outer occupied city town village mayor"""
    ),
    articles=words("the a an this that"),
    openers=words(
        """the a an as by for if on when while after before since until during with but
        even only that this these those then there here how why what who where once
        also"""
    ),
    abbreviations=words(
        """mr mrs ms dr st gen col capt lt sgt gov sen rep prof jr sr vs no al etc inc
        jan feb mar apr jun jul aug sep sept oct nov dec"""
    ),
)
