"""The words of Russian and foreign addresses, each with its kind and its one written form.

Types of streets and settlements follow the address classifier (ГАР/ФИАС) and what portals and agents write for them.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Kind(Enum):
    """What a word of an address says about its neighbours. `TAIL` is a stretch of the street (`21-й км`, `В.О.`)."""

    STREET = "street"
    AREA = "area"
    SETTLEMENT = "settlement"
    GARDEN = "garden"
    CITY = "city"
    DISTRICT = "district"
    REGION = "region"
    TAIL = "tail"
    NOISE = "noise"


def _words(text: str) -> list[str]:
    return text.split()


def _table(kind: Kind, text: str) -> dict[str, tuple[Kind, str]]:
    """`written: spelling spelling; ...` → {spelling: (kind, written)}."""
    rows = (row.split(":") for row in text.split(";"))
    return {word: (kind, written.strip()) for written, words in rows for word in (*words.split(), written.strip())}


#: Every word that says what its neighbours are: spelling → (kind, written form).
LABELS: Final[dict[str, tuple[Kind, str]]] = {
    **_table(
        Kind.STREET,
        "ул: улица ulitsa ulica; пр-кт: проспект пр-т пр просп прт пркт prospekt; проезд: пр-д прд пр-зд;"
        "пер: переулок пер-к pereulok; ш: шоссе; б-р: бульвар бул бульв бр; наб: набережная набер; пл: площадь;"
        "туп: тупик; ал: аллея;"
        "street: st str; avenue: ave av; road: rd; lane: ln; drive: dr; boulevard: blvd bd boul; court: ct;"
        "place: plaza; square: sq; terrace: ter terr; way:; highway: hwy; crescent: cres; close:; parkway: pkwy;"
        "rue:; via:; calle: c; avenida: avda; strasse:; platz:; weg:; allee:; gasse:",
    ),
    **_table(
        Kind.AREA,
        "мкр: микрорайон мкрн мкр-н м-н мкрн-н микр; кв-л: квартал кв-ал квл; жк: комплекс;очередь: оч фаза; промзона:",
    ),
    **_table(
        Kind.SETTLEMENT,
        "нп: поселок пос п пгт рп дп кп деревня дер д село с хутор хут х станица ст-ца аул ст станция аал улус"
        " массив жилмассив жм местечко кишлак",
    ),
    **_table(Kind.GARDEN, "снт: с/т днт днп снп тсн онт товарищество садоводство дск гск гк кооператив"),
    **_table(Kind.CITY, "г: город гор city"),
    **_table(Kind.DISTRICT, "р-н: район рн округ го мо ао поселение сельсовет district county"),
    **_table(Kind.REGION, "обл: область край республика респ oblast region"),
    **_table(Kind.TAIL, "км: километр; во:; пс:"),
    **_table(
        Kind.NOISE,
        "вн: цао сао свао вао ювао юао юзао зао сзао зелао нао тао тинао; тер: территория зона; метро:;"
        "этаж:; подъезд:; россия: рф russia; казахстан: kazakhstan; беларусь: belarus; uk: gb england; usa: us;"
        "germany: deutschland; france:; spain: espana; italy: italia",
    ),
}

#: Adjectives that belong to the label after them: `жилой комплекс`, `городской округ`, `дачный поселок`.
LABEL_ADJECTIVES: Final = frozenset(
    _words(
        "жилой жилого коттеджный дачный рабочий городской городского городское сельское сельский муниципальный садовое"
        " садоводческое некоммерческое дачное внутригородской административный автономный автономная"
    )
)

#: Written forms of types that stand at the end of a street in a key, and of areas.
STREET_TYPES: Final = frozenset(form for kind, form in LABELS.values() if kind is Kind.STREET)
AREA_TYPES: Final = frozenset(form for kind, form in LABELS.values() if kind is Kind.AREA)

#: A label before a number or a letter of a house → the part of `Address` that it fills.
HOUSE_PARTS: Final[dict[str, str]] = {
    **dict.fromkeys(("корпус", "корп", "кор", "к", "k", "блок"), "к"),
    **dict.fromkeys(("строение", "строен", "стр", "с", "c"), "с"),
    **dict.fromkeys(("литера", "литер", "лит"), "лит"),
    **dict.fromkeys(("здание", "зд"), "зд"),
    **dict.fromkeys(("сооружение", "соор"), "соор"),
}
HOUSE_TYPES: Final[dict[str, str]] = {
    **dict.fromkeys(("владение", "влад", "влд", "вл"), "вл"),
    **dict.fromkeys(("участок", "уч-к", "уч", "з/у"), "уч"),
}

#: Words inside a street's name; a size or an age is the same in every gender. An empty form is left out.
NAME_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(_words("большая большое большие бол"), "большой"),
    **dict.fromkeys(_words("малая малое малые мал"), "малый"),
    **dict.fromkeys(_words("средняя среднее ср сред"), "средний"),
    **dict.fromkeys(_words("верхняя верхнее верхн верх"), "верхний"),
    **dict.fromkeys(_words("нижняя нижнее нижн ниж"), "нижний"),
    **dict.fromkeys(_words("академик акад ак"), "академика"),
    **dict.fromkeys(_words("генерал ген"), "генерала"),
    **dict.fromkeys(_words("маршал марш м-ла"), "маршала"),
    **dict.fromkeys(_words("профессор проф"), "профессора"),
    **dict.fromkeys(_words("адмирал адм"), "адмирала"),
    **dict.fromkeys(_words("летия летие лет"), "лет"),
    **dict.fromkeys(_words("им имени"), ""),
    **dict.fromkeys(_words("тр-т трт"), "тракт"),
    "лин": "линия",
    "saint": "st",
}

#: Words that take a number as a name does: `линия 18`, `6-я просека`.
NUMBERED: Final = frozenset(("линия", "лин", "просека"))

#: First halves of double names that are written with a hyphen or as one word: `Ново-Азинская`, `Новоазинская`.
JOINED_PREFIXES: Final = frozenset(
    _words("ново старо мало право лево верхне нижне средне северо юго западно восточно красно бело черно больше")
)

_LARGE = _words("""
москва санкт-петербург новосибирск екатеринбург казань нижний-новгород красноярск челябинск самара уфа ростов-на-дону
краснодар омск воронеж пермь волгоград саратов тюмень тольятти махачкала барнаул ижевск хабаровск ульяновск иркутск
владивосток ярославль севастополь ставрополь томск кемерово набережные-челны оренбург новокузнецк балашиха рязань
чебоксары калининград пенза липецк киров астрахань тула сочи улан-удэ курск тверь магнитогорск сургут брянск якутск
иваново владимир симферополь калуга белгород чита грозный волжский смоленск подольск саранск вологда курган череповец
архангельск орел владикавказ якутск нижневартовск йошкар-ола мурманск стерлитамак химки кострома новороссийск тамбов
нальчик петрозаводск мытищи нижнекамск энгельс бийск прокопьевск рыбинск балаково северодвинск армавир королев абакан
южно-сахалинск люберцы петропавловск-камчатский норильск сызрань волгодонск каменск-уральский златоуст новочеркасск
альметьевск электросталь керчь миасс салават хасавюрт копейск пятигорск находка коломна одинцово рубцовск березники
красногорск майкоп серпухов щелково домодедово реутов долгопрудный раменское жуковский пушкино ногинск сергиев-посад
обнинск зеленоград зеленодольск великий-новгород псков евпатория ялта анапа геленджик элиста черкесск нефтеюганск
новый-уренгой ханты-мансийск салехард магадан биробиджан анадырь горно-алтайск кызыл нарьян-мар алматы астана шымкент
караганда бишкек минск гомель могилев витебск гродно брест ташкент ереван тбилиси баку видное лобня всеволожск
""")

#: Cities that are known without `г.`, each with its written form. Two-word names stand with a hyphen.
CITIES: Final[dict[str, str]] = {
    **{city: city.replace("-", " ") for city in _LARGE},
    **dict.fromkeys(("мск", "moscow", "moskva"), "москва"),
    **dict.fromkeys(("спб", "с-пб", "с-петербург", "питер", "петербург", "санкт-петербурга"), "санкт петербург"),
    "екб": "екатеринбург",
    "н-новгород": "нижний новгород",
    "ростов-на-д": "ростов на дону",
    "kazan": "казань",
    "алма-ата": "алматы",
}

#: Towns inside a federal city: they have streets of their own, so a key keeps them.
INNER_TOWNS: Final = frozenset(
    _words(
        "зеленоград троицк щербинка пушкин колпино кронштадт петергоф ломоносов сестрорецк зеленогорск павловск"
        " красное-село"
    )
)
