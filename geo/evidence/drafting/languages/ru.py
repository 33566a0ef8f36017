"""Russian."""

from __future__ import annotations

from geo.evidence.drafting.language import Language, words

LANGUAGE = Language(
    code="ru",
    locales=("ru",),
    stemmer="russian",
    letters={"cyrillic": ""},
    seasons={
        **dict.fromkeys(words("весна весны весной весну весне"), 21),
        **dict.fromkeys(words("лето лета летом лету лете"), 22),
        **dict.fromkeys(words("осень осени осенью"), 23),
        **dict.fromkeys(words("зима зимы зимой зиму зиме"), 24),
    },
    counting=(
        "один/одну/одним два/две/двумя три/тремя четыре/четырьмя пять/пятью "
        "шесть/шестью семь/семью восемь/восемью девять/девятью десять/десятью"
    ),
    units={
        **dict.fromkeys(words("день дня дней днями днем днём"), "day"),
        **dict.fromkeys(
            words("неделя недели недель неделей неделями неделю неделе"), "week"
        ),
        **dict.fromkeys(
            words("месяц месяца месяцев месяцем месяцами месяце месяцы"), "month"
        ),
        **dict.fromkeys(words("год года годом году лет годами годы"), "year"),
    },
    few="несколько|нескольких|несколькими",
    last=r"прошл\w+",
    earlier="ранее|раньше|до этого",
    year_word=r"(?:[\s\u00a0]+(?:года|году|годом|год|г\b\.?))",
    before_year=r"(?:в|с|до|после|к)[\s\u00a0]+",
    before_month=r"(?P<cue>в|с|до|к)[\s\u00a0]+",
    day_ending="-?го|-?е",
    decade_ending=r"-х\b",
    since="с|со|начиная с",
    until="до|к",
    after="после",
    between="с|со|между",
    about=words("около примерно"),
    to=words("и по до"),
    month_to=words("и по"),
    from_publication=(
        (r"(?P<which>вчера)", "yesterday"),
        (r"(?:в )?(?P<which>прошл\w+|эт\w+) {unit}", "that unit"),
        (r"(?P<which>прошл\w+|эт\w+) {season}", "that season"),
        (r"(?:{count} )?{unit} назад", "ago"),
        (r"(?:за|в) последн\w+ (?:{count} )?{unit}", "lately"),
        (r"недавно", "recently"),
    ),
    from_told=(
        (r"(?:позже |позднее )?(?:в |на )?(?:том|той|тот|ту) же {unit}", "same"),
        (r"(?:{count} )?{unit} (?P<way>ранее|раньше|спустя|позже)", "apart"),
        (r"(?P<way>спустя|через) (?:{count} )?{unit}", "apart"),
        (r"с тех пор|после этого|впоследствии", "after"),
    ),
    at=words("в во под около возле близ вблизи через"),
    to_place=words("из до от к ко на с со за"),
    and_=words("и или"),
    beside=words("города городе городу город село"),
    openers=words(
        """к но а как когда после перед при по о об что это этот там здесь где для"""
    ),
    abbreviations=words("г гг ул им др пр ст тов обл руб тыс млн"),
)
