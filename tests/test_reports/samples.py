"""Documents as reports compose them: every kind of chart and block, in both languages, empty, hostile and large."""

from __future__ import annotations

import math
from typing import Any

from realty_cli.reports.document import (
    Cell,
    Chart,
    Column,
    Document,
    Figure,
    Prose,
    Section,
    Series,
    Table,
)

LONG = (
    "Санкт-Петербург, Приморский район, муниципальный округ Коломяги, проспект Испытателей, д. 28, корп. 3, литера А, "
)
LONG = (LONG * 2)[:200]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=http://trap.test/x>",
    "![x](http://trap.test/y)",
    "file:///etc/passwd",
    "{{7*7}}",
    "{0.__class__}",
    "%(x)s",
    '#image("/etc/passwd")',
    '#read("/etc/passwd")',
    "$x^2$ _a_ *b*",
    "=1+1",
    "@SUM(1)",
    "]]><x>",
    "\x1b[31mred\x07",
    "a|b`c",
    "</title></svg>",
    "🏠 თბ \u202e",
]
MONTHS = [f"2025-{month:02}-01" for month in range(1, 13)] + [f"2026-{month:02}-01" for month in range(1, 7)]


def charts(language: str) -> list[Chart]:
    """One of every kind."""
    ru = language == "ru"

    def say(russian: str, english: str) -> str:
        return russian if ru else english

    wave = [round(18 + 6 * math.sin(at / 2) + at / 3) for at in range(18)]
    ahead: list[float | None] = [None] * 15 + [26, 28, 27]
    days = say("Пн Вт Ср Чт Пт Сб Вс", "Mon Tue Wed Thu Fri Sat Sun").split()
    stages = say(
        "Заявка,Контакт,Квалифицирован,Показ,Предложение,Аванс,Сделка",
        "Lead,Contacted,Qualified,Showing,Offer,Reserved,Closed",
    ).split(",")
    homes = [
        "Ленина 5",
        "Мира 12",
        say("Садовая 3, корп. 2", "Sadovaya 3/2"),
        say("Ваша квартира", "Your flat"),
        "Победы 41",
        say(
            "проспект Испытателей, д. 28, корп. 3, литера А, парадная 4",
            "Ispytateley avenue 28, building 3, entrance 4",
        ),
    ]
    return [
        Chart(
            "showings",
            "line",
            say("Показов стало больше на 24 % к прошлому году", "Showings are up 24 % on last year"),
            say("Линия показов по месяцам растёт с 18 до 26.", "Showings a month rise from 18 to 26."),
            MONTHS,
            [
                Series(say("2025–2026", "2025–2026"), [*wave[:15], None, None, None]),
                Series(say("годом раньше", "a year before"), [v - 4 for v in wave], role="comparison"),
                Series(
                    say("прогноз", "forecast"),
                    ahead,
                    low=[None] * 15 + [22, 23, 21],
                    high=[None] * 15 + [30, 33, 33],
                    lowest=[None] * 15 + [18, 18, 16],
                    highest=[None] * 15 + [34, 38, 39],
                    role="forecast",
                ),
            ],
            subtitle=say("показы по месяцам, полосы — 80 % и 95 %", "showings a month, bands of 80 % and 95 %"),
            x_unit="date",
            annotations=[{"at": "2025-07-01", "text": say("новый портал", "new portal")}],
        ),
        Chart(
            "gci",
            "line",
            say("Комиссия растёт третий квартал подряд", "Commission has grown for three quarters"),
            say("Комиссия", "Commission"),
            MONTHS,
            [Series(say("Комиссия", "Commission"), [380_000 + at * 21_500 for at in range(18)])],
            x_unit="date",
            unit="money",
            currency="RUB",
            annotations=[{"at": MONTHS[-1], "partial": True}],
        ),
        Chart(
            "weekly",
            "bar",
            say("После снижения цены показов вдвое больше", "Twice the showings after the price cut"),
            say("Столбцы показов и звонков по неделям.", "Bars of showings and calls by week."),
            [f"2026-04-{d:02}" for d in (6, 13, 20, 27)] + [f"2026-05-{d:02}" for d in (4, 11, 18, 25)],
            [
                Series(say("показы", "showings"), [1, 2, 1, 1, 3, 4, 4, 3]),
                Series(say("отклики", "enquiries"), [4, 5, 3, 4, 9, 11, 8, 7]),
            ],
            x_unit="date",
            annotations=[{"at": "2026-05-04", "text": say("цена 7,49 млн ₽", "price ₽7.49M")}],
        ),
        Chart(
            "sources",
            "hbar",
            say("Больше всего заявок приносит Авито", "Avito brings most leads"),
            say("Авито 41, ЦИАН 28", "Avito 41, CIAN 28"),
            ["Авито", "ЦИАН", say("рекомендации", "referrals"), "Домклик", say("прочие", "others")],
            [Series(say("заявки", "leads"), [41, 28, 17, 9, 6])],
        ),
        Chart(
            "statuses",
            "stacked_bar",
            say("Остаток держится около 40 объектов", "Stock stays near 40 listings"),
            say("Столбцы по месяцам", "Bars by month"),
            MONTHS[:12],
            [
                Series(say("в продаже", "active"), [30 + at % 5 for at in range(12)]),
                Series(say("в авансе", "reserved"), [5 + at % 3 for at in range(12)]),
                Series(say("черновики", "drafts"), [3] * 12),
            ],
            x_unit="date",
        ),
        Chart(
            "hours",
            "heatmap",
            say("Чаще всего показы срываются в понедельник утром", "Monday mornings fail most"),
            say("Доля состоявшихся", "Share kept"),
            [str(hour) for hour in range(9, 22)],
            [
                Series(day, [None if (d + h) % 6 == 0 else 0.4 + 0.05 * ((d * 3 + h) % 12) for h in range(13)])
                for d, day in enumerate(days)
            ],
            x_label=say("час", "hour"),
            unit="ratio",
            counts=[[(d * h) % 20 for h in range(13)] for d in range(7)],
        ),
        Chart(
            "leads",
            "funnel",
            say("Больше всего клиентов теряется между показом и предложением", "Most are lost after showings"),
            "40, 31, 24, 18, 6, 3, 2",
            stages,
            [Series(say("заявки", "leads"), [40, 31, 24, 18, 6, 3, 2])],
        ),
        Chart(
            "prices",
            "histogram",
            say("Половина квартир стоит 170–210 тыс. ₽ за м²", "Half cost ₽170–210K a m²"),
            say("Распределение цен", "Distribution of prices"),
            [120_000 + 20_000 * at for at in range(9)],
            [Series(say("объекты", "listings"), [2, 6, 14, 22, 17, 9, 4, 1])],
            x_unit="money_per_m2",
            currency="RUB",
            annotations=[{"at": 203_000, "text": say("ваша квартира", "your flat")}],
        ),
        Chart(
            "area_price",
            "scatter",
            say("Цена на 6 % выше аналогов такой площади", "Priced 6 % above its comparables"),
            say("Точки аналогов", "Dots of comparables"),
            [38, 42, 45, 51, 54.3, 58, 61, 66],
            [
                Series(
                    say("оценка", "estimate"),
                    [None] * 8,
                    low=[5.2e6 + 1e5 * a for a in range(8)],
                    high=[6.6e6 + 1.9e5 * a for a in range(8)],
                    style="band",
                ),
                Series(say("аналоги", "comparables"), [5.9e6, 6.1e6, 6.6e6, 7.2e6, None, 7.4e6, 8.1e6, 8.3e6]),
                Series(say("ваша квартира", "your flat"), [None] * 4 + [7.9e6] + [None] * 3, role="marker"),
            ],
            x_unit="area",
            x_label=say("площадь", "area"),
            unit="money",
            currency="RUB",
        ),
        Chart(
            "places",
            "map",
            say("Аналоги в пределах 9 км", "Comparables lie within 9 km"),
            say("Схема без улиц", "Map without streets"),
            say("1. Ленина 5|2. Мира 12|3. Садовая 3", "1. Lenin st 5|2. Mira 12|3. Sadovaya 3").split("|"),
            [Series(say("к востоку", "east"), [0.3, -0.5, None]), Series(say("к северу", "north"), [0.2, 9.0, None])],
        ),
        Chart(
            "spark",
            "sparkline",
            say("Показы в неделю", "Showings a week"),
            "2–9",
            list(range(8)),
            [Series("x", [2, 3, 3, 5, 4, 6, 5, 7])],
        ),
        Chart(
            "profit",
            "waterfall",
            say("Из 1,8 млн ₽ комиссии осталось 640 тыс. ₽", "₽640K of ₽1.8M is left"),
            say("Ступени прибыли", "Steps of profit"),
            say("Комиссия,Агентам,Партнёрам,Реклама,Прочее,Прибыль", "GCI,Agents,Partners,Ads,Other,Profit").split(","),
            [Series("₽", [1_800_000, -820_000, -110_000, -190_000, -40_000, 640_000])],
            unit="money",
            currency="RUB",
        ),
        Chart(
            "plan",
            "bullet",
            say("Комиссия отстаёт от плана, показы впереди", "GCI is behind, showings are ahead"),
            say("Доля плана", "Share of plan"),
            say("Комиссия,Сделки,Показы,Новые объекты", "GCI,Deals,Showings,New listings").split(","),
            [
                Series(say("план", "target"), [1, 1, 1, 1], role="comparison"),
                Series(say("факт", "fact"), [0.42, 0.5, 0.81, 0.6]),
                Series(say("ожидается к сегодня", "expected by now"), [0.6, 0.6, 0.6, 0.6], role="marker"),
            ],
            unit="ratio",
        ),
        Chart(
            "survival",
            "steps",
            say("Половина объектов уходит за 47 дней", "Half are gone in 47 days"),
            say("Кривая дожития", "Survival"),
            [0, 10, 20, 30, 47, 60, 80, 120, 150],
            [
                Series(
                    say("ваши", "yours"),
                    [1, 0.9, 0.78, 0.62, 0.5, 0.41, 0.3, 0.18, 0.18],
                    low=[1, 0.8, 0.66, 0.5, 0.38, 0.3, 0.2, 0.1, 0.1],
                    high=[1, 1, 0.9, 0.74, 0.62, 0.53, 0.42, 0.3, 0.3],
                ),
                Series(say("аналоги", "comparables"), [1, 0.93, 0.85, 0.7, 0.55, 0.5, 0.4, 0.3, 0.22]),
            ],
            x_unit="days",
            x_label=say("дней в продаже", "days on the market"),
            unit="ratio",
        ),
        Chart(
            "position",
            "dots",
            say("Дороже вас только один аналог из пяти", "Only one of five costs more a m²"),
            say("Цены за м²", "Prices a m²"),
            homes,
            [
                Series(say("аналоги", "comparables"), [171_000, 178_500, 184_000, None, 188_200, 209_000]),
                Series(say("ваша квартира", "your flat"), [None, None, None, 196_400, None, None], role="marker"),
            ],
            unit="money_per_m2",
            currency="RUB",
            annotations=[{"low": 176_000, "high": 192_000, "text": say("оценка, 80 %", "estimate, 80 %")}],
        ),
    ]


def figures(language: str) -> list[Figure]:
    ru = language == "ru"
    return [
        Figure(
            "В продаже" if ru else "On the market",
            Cell(23, "count"),
            "▲ 2 к маю" if ru else "▲ 2 on May",
            "good",
            "Объекты в продаже на конец периода" if ru else "Listings on the market at the end of the period",
        ),
        Figure(
            "Медиана цены" if ru else "Median price", Cell(12_490_000, "money"), "−1,2 %" if ru else "−1.2 %", "bad"
        ),
        Figure(
            "Неявка" if ru else "No-shows", Cell(0.091, "ratio", note="n = 33"), "+2 п.п." if ru else "+2 p.p.", "bad"
        ),
        Figure("Дней на рынке" if ru else "Days on market", Cell(47, "days"), "аналоги 52" if ru else "comparables 52"),
        Figure("Запас" if ru else "Supply", Cell(None, "months", note="продаж нет" if ru else "no sales")),
    ]


def table(language: str, rows: int = 6, address: str = "") -> Table:
    ru = language == "ru"
    columns = [
        Column("address", "Адрес" if ru else "Address", weight=3.2),
        Column("rooms", "Комнат" if ru else "Rooms", "count"),
        Column("area", "Площадь" if ru else "Area", "area"),
        Column("price", "Цена" if ru else "Price", "money", weight=1.6),
        Column("ppm", "Цена за м²" if ru else "Price a m²", "money_per_m2", weight=1.6),
        Column("days", "В продаже" if ru else "On market", "days"),
        Column("listed", "С даты" if ru else "Since", "date", weight=1.3),
    ]
    body = [
        [
            address or f"ул. Ленина, д. {at + 1}",
            at % 5,
            31.4 + at % 60,
            4_200_000 + at * 10_000.5,
            185_300 - at,
            at % 200,
            f"2026-{at % 12 + 1:02}-0{at % 9 + 1}",
        ]
        for at in range(rows)
    ]
    if body:
        body[0] = [*body[0][:5], Cell(74, tone="bad", note="> 60"), body[0][6]]
    return Table(
        "listings",
        "Объекты дольше медианы" if ru else "Listings beyond the median",
        columns,
        body,
        note="Медиана по аналогам: 52 дня." if ru else "Median of comparables: 52 days.",
        empty="Таких объектов нет." if ru else "There are none.",
    )


def document(language: str = "ru", *, rows: int = 6, compact: bool = False, address: str = "") -> Document:
    ru = language == "ru"
    text = (
        "Показы идут чаще, чем год назад, но до предложения доходит каждый третий. Покупатели говорят, что дорого: "
        "это 7 из 12 отзывов."
        if ru
        else "Showings are more frequent than a year ago, yet one in three leads to an offer."
    )
    drawn = charts(language)
    sections = [
        Section("Главное" if ru else "In short", [figures(language), Prose([text])]),
        *(
            Section(
                ["Показы", "Деньги", "Клиенты", "Цена"][at] if ru else ["Showings", "Money", "Clients", "Price"][at],
                drawn[at * 4 : at * 4 + 4],
            )
            for at in range(4)
        ),
        Section(
            "Объекты" if ru else "Listings",
            [
                table(language, rows, address),
                Prose(
                    ["Снизить цену до 7\u00a0490\u00a0000\u00a0₽", "Переснять фото кухни"]
                    if ru
                    else ["Cut the price", "New photos"],
                    points=True,
                ),
                Prose(
                    ["Как посчитано: по истории цен и статусов на дату отчёта." if ru else "Computed from history."],
                    small=True,
                ),
            ],
        ),
    ]
    return Document(
        "property_summary",
        "Сводка по объектам" if ru else "Summary of listings",
        "В продаже 23 объекта, на 2 больше, чем в мае; медиана цены 12\u00a0490\u00a0000\u00a0₽."
        if ru
        else "23 listings are on the market, 2 more than in May.",
        language,
        sections,
        subtitle="Иванов Андрей" if ru else "Andrew Ivanov",
        agency="Агентство «Новый дом»" if ru else "New Home agency",
        period="1–18 июня 2026 г." if ru else "June 1–18, 2026",
        as_of="2026-06-18T09:12:00+03:00",
        filters=["продажа", "квартиры"] if ru else ["sale", "apartments"],
        compact=compact,
        data={"kpis": [{"value": 23}]},
    )


def empty(language: str = "ru") -> Document:
    ru = language == "ru"
    nothing = Chart("none", "line", "Показов ещё не было" if ru else "No showings yet", "—", [], [Series("x", [])])
    return Document(
        "property_summary",
        "Сводка по объектам" if ru else "Summary",
        "Объектов ещё нет." if ru else "There are no listings yet.",
        language,
        [Section("Показы" if ru else "Showings", [nothing, table(language, 0)])],
        period="июнь 2026 г." if ru else "June 2026",
        as_of="2026-06-18T09:12:00+03:00",
    )


def hostile() -> Document:
    """Texts of an attacker in every place that a text can stand in."""
    columns = [Column("a", HOSTILE[0]), Column("b", HOSTILE[4])]
    rows: list[list[Any]] = [[one, Cell(one, note=one)] for one in HOSTILE]
    all_of_it = " ".join(HOSTILE)
    chart = Chart(
        HOSTILE[15],
        "bar",
        all_of_it,
        all_of_it,
        HOSTILE,
        [Series(HOSTILE[9], list(range(len(HOSTILE))))],
        subtitle=all_of_it,
        x_label=HOSTILE[1],
        annotations=[{"at": HOSTILE[3], "text": HOSTILE[0]}],
        note=HOSTILE[2],
    )
    return Document(
        "x",
        all_of_it,
        all_of_it,
        "ru",
        [Section(one, [Prose([one], points=bool(at % 2))]) for at, one in enumerate(HOSTILE)]
        + [
            Section(
                HOSTILE[0],
                [
                    [Figure(one, Cell(one), one, "bad", one) for one in HOSTILE[:4]],
                    chart,
                    Table("t", HOSTILE[1], columns, rows, note=HOSTILE[2]),
                ],
            )
        ],
        subtitle=HOSTILE[7],
        agency=HOSTILE[8],
        period=HOSTILE[3],
        filters=HOSTILE,
        data={"x": HOSTILE},
    )
