"""`python tools/sample_history.py`: write `sample-data/history/*.csv`, twenty months of the sample agency.

The same seed gives the same files. Moments are days from the day of the demo and a wall time (`-412 10:30`); days of
events count from the Monday of its week instead, so that weekends stay weekends. Sums are whole roubles, and `key`
numbers the rows of a file for the others.
"""

from __future__ import annotations

import csv
import math
import random
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DAYS = 610
AGENTS = ("demo",) * 5 + ("belova",) * 3 + ("orekhov",) * 2
SOURCES = {"avito": 34, "cian": 30, "сайт": 12, "рекомендация": 15, "domclick": 9}
#: What a lead of a source comes to more or less often than others.
WARMTH = {"рекомендация": 1.8, "сайт": 1.1, "cian": 1.0, "domclick": 0.9, "avito": 0.7}
#: District, street, metro, minutes, latitude, longitude, roubles a square metre in the beginning.
PLACES = (
    ("Сокол", "ул. Алабяна", "Сокол", 7, 55.8045, 37.508, 325_000),
    ("Сокол", "Ленинградский просп.", "Аэропорт", 8, 55.801, 37.522, 338_000),
    ("Измайлово", "7-я Парковая ул.", "Первомайская", 6, 55.796, 37.792, 330_000),
    ("Измайлово", "Измайловский бульвар", "Первомайская", 4, 55.797, 37.799, 318_000),
    ("Хамовники", "Комсомольский просп.", "Фрунзенская", 5, 55.730, 37.587, 505_000),
    ("Марьино", "Люблинская ул.", "Марьино", 8, 55.651, 37.743, 262_000),
    ("Марьино", "ул. Перерва", "Братиславская", 6, 55.659, 37.752, 258_000),
    ("Ясенево", "Литовский бульвар", "Ясенево", 10, 55.603, 37.533, 251_000),
    ("Южное Бутово", "ул. Адмирала Лазарева", "Бульвар Адмирала Ушакова", 6, 55.546, 37.533, 268_000),
    ("Митино", "Митинская ул.", "Митино", 9, 55.846, 37.362, 266_000),
    ("Раменки", "Мичуринский просп.", "Раменки", 9, 55.697, 37.499, 398_000),
    ("Пресненский", "Большая Грузинская ул.", "Белорусская", 9, 55.770, 37.581, 565_000),
)
SURNAMES = (  # noqa: SIM905
    "Абрамов Беляев Васильев Волков Воробьёв Гаврилов Герасимов Григорьев Давыдов Денисов Егоров Ершов Жуков Зайцев"
    " Захаров Иванов Калинин Киселёв Комаров Королёв Крылов Кузьмин Макаров Мельников Миронов Морозов Назаров Никитин"
    " Осипов Павлов Поляков Романов Савельев Семёнов Сорокин Степанов Тарасов Тихонов Фёдоров Филиппов Чернов Щербаков"
).split()
MEN = "Алексей Андрей Антон Владимир Денис Дмитрий Евгений Игорь Кирилл Максим Михаил Никита Олег Роман Сергей".split()  # noqa: SIM905
WOMEN = "Алина Анна Вера Виктория Дарья Екатерина Елена Ирина Ксения Марина Наталья Ольга Светлана Татьяна Юлия".split()  # noqa: SIM905
OBJECTIONS = (
    "дорого",
    "дорого",
    "дорого",
    "нужен ремонт",
    "шумно",
    "маленькая кухня",
    "далеко от метро",
    "вид из окна",
)
WITHDRAWN = "снят с продажи"
#: What visitors say in words, of a home and of nobody.
WORDS = {
    "дорого": ("Дорого для такого ремонта", "Дорого, рядом есть дешевле", "Цена высокая, нужен торг"),
    "нужен ремонт": ("Нужен ремонт ванной и кухни", "Ремонт старый, нужен новый"),
    "шумно": ("Шумно от дороги", "Окна на дорогу, слышно машины"),
    "маленькая кухня": ("Маленькая кухня, тесно",),
    "далеко от метро": ("До метро далековато пешком",),
    "вид из окна": ("Вид из окна не понравился",),
    "": ("Светлая комната и удобная планировка", "Тихий двор, понравилось", "Хорошее место, подумаем"),
}
LOST = ("не отвечает", "купил у других", "передумал", "не одобрили ипотеку", "не договорились о цене")
Row = dict[str, Any]


class Agency:
    """The rows of every file as they come to be."""

    def __init__(self, seed: int = 20) -> None:
        self.luck = random.Random(seed)  # noqa: S311
        self.files: dict[str, list[Row]] = {}
        self.taken: set[tuple[str, int, int]] = set()

    def row(self, file: str, **values: Any) -> int:
        rows = self.files.setdefault(file, [])
        if file in ("listings", "clients", "leads", "events", "deals"):
            values = {"key": len(rows) + 1, **values}
        rows.append(values)
        return len(rows)

    def step(self, file: str, of: dict[str, int], old: str, new: str, reason: str, at: str) -> None:
        """A move of an object, no earlier than the one before it."""
        rows = self.files.setdefault(file, [])
        if rows and rows[-1] | of == rows[-1]:
            at = max(at, rows[-1]["effective_at"], key=minutes_of)
        self.row(file, **of, old_stage=old, new_stage=new, reason=reason, effective_at=at)

    def poisson(self, mean: float) -> int:
        limit, product, count = math.exp(-mean), self.luck.random(), 0
        while product > limit:
            product *= self.luck.random()
            count += 1
        return count

    def at(self, day: float, first: int = 9, last: int = 20) -> str:
        """A working hour of a day."""
        return f"{math.floor(day)} {self.luck.randrange(first, last):02}:{self.luck.choice((0, 10, 20, 30, 45)):02}"

    # People ------------------------------------------------------------------------------------------------------

    def client(self, agent: str, day: float, source: str, roles: str, stage: str) -> int:
        luck, surname = self.luck, self.luck.choice(SURNAMES)
        woman = luck.random() < 0.55
        name = f"{surname}а {luck.choice(WOMEN)}" if woman else f"{surname} {luck.choice(MEN)}"
        number = len(self.files.get("clients", ())) + 1_000
        return self.row(
            "clients", agent=agent, name=name, phone=f"+7999000{number}", roles=roles, stage=stage, source=source,
            created_at=self.at(day),
        )  # fmt: skip

    def lead(
        self, agent: str, day: float, side: str, budget: int, listing: int | str, agreed_on: float | None,
        fate: str = "won",
    ) -> int:  # fmt: skip
        """A lead with its talks and stages: one that comes to an agreement by a day and to a fate, which `end` dates,
        or one that goes as far as luck lets it."""
        luck = self.luck
        source = luck.choices(list(SOURCES), list(SOURCES.values()))[0]
        open_ = agreed_on is None and day > -22 and luck.random() < 0.75
        path = ["new"]
        for stage, chance in (("contacted", 0.86), ("qualified", 0.62), ("showing", 0.55), ("negotiation", 0.22)):
            if agreed_on is None and luck.random() > chance * min(1.15, 0.85 + 0.15 * WARMTH[source]):
                break
            path.append(stage)
        end = "" if open_ else fate if agreed_on is not None else "lost"
        whole = (agreed_on - day) if agreed_on is not None else min(-day, luck.uniform(4, 35))
        created = self.at(day)
        stage = end or path[-1]
        client = self.client(
            agent, day, source, side,
            {"won": "won", "lost": "lost", "new": "lead"}.get(stage, "contacted" if stage == "contacted" else "active"),
        )  # fmt: skip
        closed = self.at(day + whole) if end or agreed_on is not None else ""
        reason = luck.choice(LOST) if end and agreed_on is None else ""
        key = self.row(
            "leads", agent=agent, client=client, side=side, stage=stage, source=source, budget_max=budget,
            listing=listing, lost_reason="", created_at=created, closed_at="",
        )  # fmt: skip
        self.step("lead_stages", {"lead": key}, "", "new", "", created)
        for step, (before, after) in enumerate(pairwise(path), 1):
            when = self.at(day + whole * step / (len(path) + 1) ** 1.1)
            self.step("lead_stages", {"lead": key}, before, after, "", when)
        if reason:
            self.end(key, closed, reason)
        self.talks(key, client, day, whole, created, len(path))
        if agreed_on is None and len(path) > 3 and side in ("buyer", "tenant") and luck.random() < 0.7:
            self.search(key, client, agent, side, budget, day, whole, open_, len(path))
        return key

    def end(self, lead: int, at: str, reason: str = "") -> None:
        """The last step of a lead, to the stage that it has, at a moment."""
        row = self.files["leads"][lead - 1]
        moves = [one for one in self.files["lead_stages"] if one["lead"] == lead]
        at = max(at, moves[-1]["effective_at"], key=minutes_of)
        self.row("lead_stages", lead=lead, old_stage=moves[-1]["new_stage"], new_stage=row["stage"], reason=reason,
                 effective_at=at)  # fmt: skip
        row |= {"closed_at": at, "lost_reason": reason}

    def keep_in_touch(self, lead: int, since: float) -> None:
        """Calls to the owner of a listing that is on the market, every ten days or so."""
        client = self.files["leads"][lead - 1]["client"]
        for day in range(-1 - lead % 6, math.ceil(since), -11):
            self.row("interactions", client=client, lead=lead, channel="call", direction="out", outcome="two_way",
                     at=f"{day} {10 + lead % 8}:{lead * 7 % 60:02}")  # fmt: skip

    def search(
        self, lead: int, client: int, agent: str, side: str, budget: int, day: float, whole: float, open_: bool,
        depth: int,
    ) -> None:  # fmt: skip
        """What is tried for a buyer who finds nothing with us, or has not found it yet."""
        luck, first = self.luck, day + whole * 0.5
        reason = "" if open_ else self.files["leads"][lead - 1]["lost_reason"]
        stage = "showing" if depth == 4 else "offer"
        name = self.files["clients"][client - 1]["name"]
        key = self.row(
            "deals", agent=agent, title=f"Подбор: {name}", listing="", lead=lead,
            kind="rent" if side == "tenant" else "sale", side=side, stage=stage if open_ else "lost", amount=budget,
            seller="", buyer=client, expected_close=math.floor(luck.uniform(12, 60)) if open_ else "",
            created_at=self.at(first), reserved_at="", closed_at="", final_price="", lost_reason=reason,
        )  # fmt: skip
        self.step("deal_stages", {"deal": key}, "", "lead", "", self.files["deals"][-1]["created_at"])
        self.step("deal_stages", {"deal": key}, "lead", stage, "", self.at(day + whole * 0.7))
        if not open_:
            self.step("deal_stages", {"deal": key}, stage, "lost", reason, self.at(day + whole))
        due = math.floor(luck.uniform(12, 60)) if open_ else math.floor(day + whole)
        self.row("commissions", deal=key, agent=agent, payer=side, part=50, due_on=due, paid_at="",
                 amount=round(budget * (0.5 if side == "tenant" else 0.025)), created_at=self.at(first))  # fmt: skip

    def talks(self, lead: int, client: int, day: float, whole: float, created: str, depth: int) -> None:
        luck = self.luck
        self.row("interactions", client=client, lead=lead, channel=luck.choice(("call", "message")), direction="in",
                 outcome="attempt", at=created)  # fmt: skip
        if depth == 1 and luck.random() < 0.6:
            return
        wait = math.exp(luck.gauss(3.2, 1.2))  # minutes: 25 in the middle
        minute = int(created[-5:-3]) * 60 + int(created[-2:]) + int(wait)
        answered = f"{int(created.split()[0]) + minute // 1440} {minute // 60 % 24:02}:{minute % 60:02}"
        outcome = "two_way" if depth > 1 else "attempt"
        if int(answered.split()[0]) < 0:
            self.row("interactions", client=client, lead=lead, channel="call", direction="out", outcome=outcome,
                     at=answered)  # fmt: skip
        for step in range(1, depth):
            when = day + 1 + (whole - 1) * step / depth
            if day + 1 < when < -1:
                self.row("interactions", client=client, lead=lead, channel=luck.choice(("call", "call", "message")),
                         direction=luck.choice(("in", "out")), outcome="two_way", at=self.at(when))  # fmt: skip

    # Events ------------------------------------------------------------------------------------------------------

    def event(self, agent: str, day: float, kind: str, title: str, listing: int | str = "", client: int | str = "",
              minutes: int = 45) -> int | None:  # fmt: skip
        """An event in a free hour of the agent, and what became of it: evenings are kept better than days."""
        luck = self.luck
        for _ in range(6):
            hour = luck.choices((11, 12, 13, 14, 15, 16, 17, 18, 19, 20), (2, 2, 2, 2, 2, 2, 2, 4, 4, 2))[0]
            slot = (agent, math.floor(day), hour)
            if slot not in self.taken:
                break
        else:
            return None
        self.taken.add(slot)
        kept = 0.93 if hour >= 18 else 0.76
        if kind != "showing":
            kept = 0.93
        chance = luck.random()
        status = "completed" if chance < kept else "no_show" if chance < kept + (1 - kept) * 0.45 else "cancelled"
        outcome = ""
        if status == "completed":
            outcome = luck.choices(
                ("interested", "thinking", "not_interested", "second_showing"), (3, 4, 6, 1)
            )[0] if kind == "showing" else "done"  # fmt: skip
        by = luck.choice(("client", "client", "owner", "agent")) if status == "cancelled" else ""
        key = self.row(
            "events", agent=agent, title=title, event_type=kind, status=status, listing=listing, client=client,
            start=f"{math.floor(day)} {hour:02}:00", minutes=minutes, cancelled_by=by, outcome=outcome,
            created_at=self.at(day - luck.uniform(1, 5)),
        )  # fmt: skip
        if kind == "showing" and status == "completed" and luck.random() < 0.6:
            dear = luck.random() < 0.55
            said = {luck.choice(OBJECTIONS)} if outcome != "interested" else set()
            said |= {"дорого"} if dear else set()
            self.row("feedback", event=key, rating=luck.choice((2, 3, 3, 4, 4, 5)),
                     price_opinion="high" if dear else "ok", objections="|".join(sorted(said)),
                     interested="yes" if outcome in ("interested", "second_showing") else "no")  # fmt: skip
        return key

    # Listings ----------------------------------------------------------------------------------------------------

    def listing(self, listed: float, rent: bool) -> None:
        luck = self.luck
        agent = luck.choice(AGENTS)
        district, street, metro, minutes, latitude, longitude, base = luck.choice(PLACES)
        rooms = luck.choices((1, 2, 3, 4), (34, 38, 22, 6))[0]
        area = round(luck.gauss((0, 37, 54, 76, 98)[rooms], 5), 1)
        floors = luck.choice((5, 9, 9, 12, 14, 17, 22))
        floor = luck.randint(1, floors)
        growth = 1 + 0.10 * (listed + DAYS) / 365
        metre = base * growth * math.exp(luck.gauss(0, 0.06)) * (0.95 if floor in (1, floors) else 1)
        metre *= (1.04, 1.04, 1, 0.97, 0.95)[rooms]
        fair = area * metre if not rent else area * metre * 0.0048
        asked = fair * luck.choice((0.98, 1.0, 1.03, 1.05, 1.08, 1.14))
        unit = 50_000 if not rent else 1_000
        price = first = int(round(asked / unit) * unit)
        over = asked / fair - 1
        life = math.exp(luck.gauss(3.7 + 6 * over, 0.55)) if not rent else math.exp(luck.gauss(2.5, 0.5))
        sells = luck.random() < (0.80 - 1.6 * max(0.0, over))
        end: float | None = listed + max(life, 9 if rent else 18)
        if not sells:
            end = listed + luck.uniform(60, 150)
        if end is not None and end > -1:
            end = None
        house = f"{luck.randint(3, 98)}" + luck.choice(("", "", "", "к1", "к2"))
        key = len(self.files.get("listings", ())) + 1
        status = "active" if end is None else ("rented" if rent else "sold") if sells else "withdrawn"
        last = end if end is not None else 0.0
        cut = listed + luck.uniform(25, 45)
        while cut < last - 8:
            lower = int(round(price * luck.uniform(0.955, 0.985) / unit) * unit)
            if lower < price:
                self.row("prices", listing=key, old_price=price, new_price=lower, effective_at=self.at(cut))
                price = lower
            cut += luck.uniform(25, 60)
        final = int(round(price * luck.uniform(0.955, 1.0) / unit) * unit) if status in ("sold", "rented") else ""
        fate = {"active": "", "withdrawn": "lost"}.get(status, "won")
        seller = self.lead(agent, listed - luck.uniform(4, 12), "landlord" if rent else "seller", first, "",
                           end if fate == "won" else listed, fate)  # fmt: skip
        owner = self.files["leads"][seller - 1]["client"]
        listed_at, closed_at = self.at(listed, 10, 12), self.at(end) if end is not None else ""
        if fate:
            self.end(seller, closed_at, WITHDRAWN if fate == "lost" else "")
        else:
            self.keep_in_touch(seller, listed)
        self.row(
            "listings", agent=agent, external_id=f"H-{key:04}", property_type="apartment",
            deal_type="rent" if rent else "sale", status=status, price=price, rooms=rooms, area_total=area,
            area_kitchen=round(area * 0.17, 1), floor=floor, floors_total=floors,
            year_built=luck.randint(1958, 2021), building_material=luck.choice(("brick", "panel", "monolith")),
            renovation=luck.choice(("cosmetic", "euro", "none", "designer")), district=district, street=street,
            house=house, metro=metro, metro_minutes=minutes + luck.randint(-2, 4),
            latitude=round(latitude + luck.gauss(0, 0.003), 5), longitude=round(longitude + luck.gauss(0, 0.005), 5),
            source=luck.choice(("рекомендация", "сайт", "cian")), client=owner, listed_at=listed_at,
            closed_at=closed_at, final_price=final, status_reason=WITHDRAWN if status == "withdrawn" else "",
        )  # fmt: skip
        place = f"{street}, {house}"
        self.event(agent, listed - 2, "photo_session", f"Съёмка: {place}", key, minutes=90)
        weeks = (last - listed) / 7
        for _ in range(self.poisson(min(2.2, 9 / max(weeks, 1)) * weeks * (0.4 if over > 0.1 else 1))):
            day = luck.uniform(listed + 1, max(listed + 1.5, last - 8 if end is not None else 6))
            self.event(agent, day, "showing", f"Показ: {place}", key)
        self.deal(key, agent, place, rent, status, price, final, listed, end, owner, seller)

    def deal(self, listing: int, agent: str, place: str, rent: bool, status: str, price: int, final: Any, listed: float,
             end: float | None, owner: int, seller: int) -> None:  # fmt: skip
        luck = self.luck
        done = status in ("sold", "rented")
        if done:
            assert end is not None
            days = sorted(luck.uniform(max(listed + 2, end - 34), end - 1) for _ in range(3))
            path = list(zip(("offer", "reserved", "contract", "closed"), (*days, end), strict=True))
        elif status == "active" and listed < -20 and luck.random() < 0.45:
            path = [("showing", luck.uniform(-18, -9)), ("offer", luck.uniform(-8, -2))][: luck.randint(1, 2)]
        elif luck.random() < 0.3 and last_chance(listed, end):
            path = [("offer", luck.uniform(listed + 8, (end or 0) - 8)), ("lost", (end or 0) - 2)]
        else:
            return
        both = luck.random() < 0.35
        first = path[0][1] - luck.uniform(2, 6)
        kind, ours, other = ("rent", "landlord", "tenant") if rent else ("sale", "seller", "buyer")
        taker = ""
        if done and both:
            lead = self.lead(agent, first - luck.uniform(3, 20), other, int(price * 1.1), listing, end)
            taker = self.files["leads"][lead - 1]["client"]
            self.end(lead, self.files["listings"][listing - 1]["closed_at"])
        stage, reason = path[-1][0], luck.choice(LOST) if path[-1][0] == "lost" else ""
        key = self.row(
            "deals", agent=agent, title=place, listing=listing, lead=seller, kind=kind, side="both" if both else ours,
            stage=stage, amount=final or price, seller=owner, buyer=taker, expected_close="" if done else math.floor(
                luck.uniform(10, 50)), created_at=self.at(first),
            reserved_at="", closed_at="", final_price=final, lost_reason=reason,
        )  # fmt: skip
        before = "lead"
        self.step("deal_stages", {"deal": key}, "", before, "", self.files["deals"][-1]["created_at"])
        for name, day in path:
            at = self.files["listings"][listing - 1]["closed_at"] if name == "closed" else self.at(day)
            self.step("deal_stages", {"deal": key}, before, name, reason if name == "lost" else "", at)
            if name in ("reserved", "closed"):
                self.files["deals"][-1][f"{name}_at"] = self.files["deal_stages"][-1]["effective_at"]
            before = name
        total = round((final or price) * (0.5 if rent else luck.choice((0.02, 0.025, 0.025, 0.03))))
        due = math.floor(end if end is not None else 30)
        paid = self.at(due + luck.uniform(0, 12)) if done and (due < -75 or luck.random() < 0.8) else ""
        paid = "" if paid and int(paid.split()[0]) >= 0 else paid
        self.row("commissions", deal=key, agent=agent, payer="landlord" if rent else "seller", amount=total,
                 part=luck.choice((40, 45, 50)), due_on=due, paid_at=paid, created_at=self.at(first))  # fmt: skip
        if done and both:
            self.row("commissions", deal=key, agent=agent, payer=other, amount=round(total * 0.6), part=50, due_on=due,
                     paid_at=paid, created_at=self.at(first))  # fmt: skip

    # Months ------------------------------------------------------------------------------------------------------

    def money(self) -> None:
        """What was spent, month by month (thirty days each)."""
        for day in range(-DAYS + 10, 0, 30):
            grown = 1 + 0.3 * (day + DAYS) / DAYS
            for source, sum_ in (("cian", 38_000), ("avito", 31_000), ("domclick", 9_000), ("сайт", 12_000)):
                self.row("expenses", spent_on=day, category="portals", source=source,
                         amount=round(sum_ * grown * self.luck.uniform(0.85, 1.15), -2))  # fmt: skip
            for category, sum_ in (("photos", 14_000), ("office", 60_000), ("travel", 11_000), ("software", 6_500)):
                self.row("expenses", spent_on=day + 3, category=category, source="",
                         amount=round(sum_ * self.luck.uniform(0.9, 1.1), -2))  # fmt: skip

    def portals(self) -> None:
        """Views, calls and favourites of what is on sale, over five weeks."""
        for key, one in enumerate(self.files["listings"], 1):
            begin = int(one["listed_at"].split()[0])
            if one["status"] != "active" or begin >= -1:
                continue
            for portal, share in (("cian", 1.0), ("avito", 1.4)):
                base = self.luck.uniform(14, 40) * share
                for day in range(max(-35, begin), 0):
                    views = self.poisson(base * math.exp(-0.012 * (day - begin)) + 3)
                    self.row("channels", listing=key, portal=portal, day=day, views=views,
                             contacts=self.poisson(views * 0.02), favourites=self.poisson(views * 0.04))  # fmt: skip

    def told_of(self) -> None:
        """What those who wanted something of ours asked about, the words of visitors, agreements with owners, and what
        was paid late. All by a luck of its own, so that the rest stays as it is."""
        luck = random.Random(6)  # noqa: S311
        listings = self.files["listings"]
        spans = [
            (int(one["listed_at"].split()[0]), int((one["closed_at"] or "1 ").split()[0]), key, one)
            for key, one in enumerate(listings, 1)
        ]
        for lead in self.files["leads"]:
            day = int(lead["created_at"].split()[0])
            kind = {"buyer": "sale", "tenant": "rent"}.get(lead["side"])
            if lead["listing"] or kind is None or luck.random() < 0.3:
                continue
            fits = [
                key for begin, end, key, one in spans
                if begin <= day < end and one["deal_type"] == kind
                and 0.6 * lead["budget_max"] < one["price"] <= 1.3 * lead["budget_max"]
            ]  # fmt: skip
            if fits:
                # The dearest that can be paid is asked about the most.
                lead["listing"] = luck.choices(fits, [listings[key - 1]["price"] ** 3 for key in fits])[0]
        for one in listings:
            ends = int(one["listed_at"].split()[0]) + 90
            while ends < 20:
                ends += 90
            one["exclusive_until"] = ends if one["status"] == "active" else ""
        for said in self.files["feedback"]:
            minded = [one for one in said["objections"].split("|") if luck.random() < 0.5]
            said["note"] = luck.choice(WORDS[minded[0]]) if minded else ""
        for line in self.files["commissions"]:
            deal = self.files["deals"][line["deal"] - 1]
            if deal["stage"] == "closed" and not line["paid_at"] and line["due_on"] < -20:
                line["paid_at"] = f"{line['due_on'] + luck.randrange(3, 14)} 12:00"

    def others(self) -> None:
        """Enquiries that no listing of ours was sold by, and the rest of the days."""
        for day in range(-DAYS, 0):
            for _ in range(self.poisson(0.75 + 0.35 * (day + DAYS) / DAYS)):
                side = self.luck.choices(("buyer", "tenant", "seller"), (6, 2, 1))[0]
                budget = (
                    self.luck.randrange(40, 160) * 1_000 if side == "tenant" else self.luck.randrange(70, 320) * 10**5
                )
                self.lead(self.luck.choice(AGENTS), day + self.luck.random() * 0.9, side, budget, "", None)
        for day in range(-DAYS, 7):
            for agent in ("demo", "belova", "orekhov"):
                if self.luck.random() < 0.16:
                    kind, title = self.luck.choice((("meeting", "Встреча в офисе"), ("call", "Обзвон базы")))
                    self.event(agent, day, kind, title, minutes=30)


def minutes_of(moment: str) -> int:
    day, hour, minute = re.split("[ :]", moment)
    return (int(day) * 24 + int(hour)) * 60 + int(minute)


def last_chance(listed: float, end: float | None) -> bool:
    return end is not None and end - listed > 30


def main() -> None:
    agency = Agency()
    day = float(-DAYS)
    while day < -2:
        agency.listing(day, rent=agency.luck.random() < 0.2)
        day += agency.luck.expovariate(1 / (3.1 - 0.9 * (day + DAYS) / DAYS))
    agency.others()
    agency.money()
    agency.portals()
    agency.told_of()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sample-data" / "history"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in agency.files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
