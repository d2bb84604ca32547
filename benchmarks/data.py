"""Data for the measurements: deterministic listings of 17 columns, about 600 bytes a row."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    "external_id", "title", "property_type", "deal_type", "status", "price", "currency", "rooms", "area_total",
    "floor", "floors_total", "city", "district", "address", "latitude", "longitude", "description",
)  # fmt: skip
CITIES = {
    "Москва": ("Хамовники", "Арбат", "Щукино", "Раменки", "Даниловский", "Люблино", "Митино", "Марьино"),
    "Санкт-Петербург": ("Приморский", "Невский", "Центральный", "Калининский"),
    "Казань": ("Вахитовский", "Советский", "Приволжский"),
    "Екатеринбург": ("Академический", "Кировский", "Ленинский"),
    "Новосибирск": ("Октябрьский", "Заельцовский", "Центральный"),
}
STREETS = ("Ленина", "Портовая", "Академика Королёва", "Мира", "Гагарина", "Садовая", "Победы", "Чистопольская")
WORDS = (
    "светлая просторная уютная квартира рядом метро парк школа детский сад окна двор тихий район развитая"
    " инфраструктура магазины транспорт ремонт евро косметический кухня гостиная балкон лоджия застеклённая вид"
    " река центр город дом кирпичный монолитный панельный лифт консьерж охрана паркинг подземный документы готовы"
    " собственник один свободная продажа ипотека возможна торг чистая сделка быстро показ любое время звоните"
    " мебель техника остаётся камин терраса панорамное остекление высокие потолки гардеробная санузел раздельный"
).split()


def rows(count: int, seed: int = 7) -> Iterator[list[object]]:
    """`count` listings; the same seed gives the same ones."""
    pick = random.Random(seed)
    choice, number, uniform = pick.choice, pick.randint, pick.uniform
    cities = list(CITIES)
    kinds = ("apartment",) * 7 + ("house", "room", "commercial")
    deals = ("sale",) * 6 + ("rent",) * 3 + ("daily_rent",)
    for position in range(count):
        city, kind, deal = choice(cities), choice(kinds), choice(deals)
        rooms, area, floors = number(0, 5), round(uniform(18, 180), 1), number(2, 30)
        price = number(3_000_000, 60_000_000) if deal == "sale" else number(15_000, 200_000)
        street, house = choice(STREETS), number(1, 180)
        text = " ".join(pick.choices(WORDS, k=26))
        yield [
            f"B{position:08d}", f"{rooms}-к, {area} м², {street} {house}", kind, deal, "active", price, "RUB", rooms,
            area, number(1, floors), floors, city, choice(CITIES[city]), f"{city}, ул. {street}, {house}",
            round(uniform(54.5, 56.5), 6), round(uniform(36, 62), 6), text.capitalize() + ".",
        ]  # fmt: skip


def clean_csv(path: Path, count: int) -> Path:
    """A clean CSV of `count` listings, made once."""
    if not path.exists():
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows(count))
        partial.rename(path)
    return path


MESSY_HEADER = (
    "Ссылка", "Город", "Тип недвижимости", "Цена", "Количество комнат", "Площадь, м2", "Этаж/Этажность", "Адрес",
    "Метро", "Время до метро", "Ремонт", "Тип дома", "Год постройки", "Высота потолков", "Телефоны", "Описание",
    "Комиссия",
)  # fmt: skip


def messy_csv(path: Path, count: int) -> Path:
    """The same market as a portal exports it: semicolons, no-break spaces, units in cells."""
    if path.exists():
        return path
    pick = random.Random(11)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(MESSY_HEADER)
        for position, row in enumerate(rows(count, seed=11)):
            price, rooms, area, floor, floors = row[5], row[7], row[8], row[9], row[10]
            grouped = f"{price:,}".replace(",", "\xa0") + "\xa0₽"
            writer.writerow([
                f"https://www.cian.ru/{'sale' if row[3] == 'sale' else 'rent'}/flat/{300_000_000 + position}/",
                row[11], "Квартира", grouped + ("" if row[3] == "sale" else "/мес."),
                "Студия" if rooms == 0 else f"{rooms}-к. кв.", f"{area} м²".replace(".", ","), f"{floor}/{floors}",
                row[13], pick.choice(("Беговая", "Горки", "Щукинская", "—")), f"{pick.randint(2, 25)} мин. пешком",
                pick.choice(("Евроремонт", "Косметический", "Без ремонта", "")),
                pick.choice(("Монолитный", "Панельный", "Кирпичный", "")), pick.choice(("1975", "2019", "-1")),
                pick.choice(("2,7 м", "3,0 м", "")), f"8 (9{pick.randint(10, 99)}) {pick.randint(100, 999)}-00-00",
                row[16], pick.choice(("50%", "без комиссии", "")),
            ])  # fmt: skip
    partial.rename(path)
    return path
