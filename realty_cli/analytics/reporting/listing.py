"""One listing as reports about it show it: its facts, its photo, its agent, and what it is worth by others like it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from realty_cli.analytics.reporting.paper import Paper
from realty_cli.auth.policy import Act, require
from realty_cli.clients.reads import is_mine
from realty_cli.errors import Invalid, RealtyError
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _
from realty_cli.properties.photos import PhotoService
from realty_cli.properties.reading.addresses import part
from realty_cli.properties.service import PropertyService
from realty_cli.properties.valuing import ValuingService
from realty_cli.reports.document import Chart, Column, Picture, Series, Table

#: Pixels of the long side of the photo: a size that photos are kept in.
_PHOTO = 1024
#: Comparables that are drawn and printed; the rest are counted.
NEAREST = 6
_KM_IN_DEGREE = 111.32


class Listing:
    """The listing that a report is about. Raises Invalid where none is named, NotFound for somebody else's."""

    def __init__(self, paper: Paper) -> None:
        number = paper.wanted.property_id
        if number is None:
            raise Invalid.one("property_id", "report.needs_property")
        analytics = paper.analytics
        require(analytics.actor, Act.PROPERTY_READ)
        made = (analytics.db, analytics.actor, analytics.clock, analytics.settings, analytics.log)
        service = PropertyService(*made, is_mine)
        self.paper, self.number = paper, number
        self.shown = service.get(number)
        self.valuing = ValuingService(service)
        self._photos = PhotoService(*made)
        self.currency: str = self.shown["currency"]
        self.value = paper.metrics["comparables"] = self.valuing.compare(number, paper.language)

    @property
    def estimate(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.value["estimate"]
        return found

    @property
    def address(self) -> str:
        return str(self.shown["address"] or self.shown["title"])

    @property
    def as_of(self) -> str:
        """Now, on the actor's wall clock: prices are of today, whatever the period."""
        scope = self.paper.scope
        return scope.now.astimezone(scope.zone).isoformat(timespec="seconds")

    @property
    def recommended(self) -> float | None:
        """The price that an agent recommends, in units: of the request, else the one that was kept last."""
        minor = self.paper.wanted.recommended_price
        if minor is not None:
            return minor / 100
        kept = self.value["recommended"]
        return None if kept is None else float(kept["price"])

    @property
    def recommender(self) -> str:
        """Whose price that is."""
        kept = self.value["recommended"]
        if self.paper.wanted.recommended_price is None and kept is not None:
            return str(kept["by"])
        return self.paper.person(self.paper.analytics.actor.id)

    @property
    def recommended_on(self) -> str:
        """The day of a price that was kept, in words."""
        kept = self.value["recommended"]
        if self.paper.wanted.recommended_price is not None or kept is None:
            return ""
        return self.paper.day(datetime.fromisoformat(kept["at"]).astimezone(self.paper.scope.zone).date())

    def photo(self) -> Picture | None:
        """Its first photo; none where the file is missing."""
        if not self.shown["photos"]:
            return None
        try:
            path = self._photos.file(self.shown["photos"][0]["id"], _PHOTO, listing=self.number)
            data = path.read_bytes()
        except (OSError, RealtyError):
            return None
        return Picture(data, "image/jpeg", self.paper.text(_("Photo of {what}"), what=self.shown["title"]))

    def agent(self) -> str:
        """Whom to call: name, phone and address of the agent of the listing."""
        row = self.paper.analytics.db.one(
            "SELECT coalesce(nullif(full_name, ''), username), phone, email FROM accounts WHERE id = :id",
            {"id": self.shown["owner_id"]},
        )
        return "" if row is None else ", ".join(str(one) for one in row if one)

    def facts(self) -> Table:
        """What is known of it, a fact a row."""
        paper, shown = self.paper, self.shown
        area = formatting.area(shown["area_total"], paper.language) if shown["area_total"] else None
        floor = None
        if shown["floor"] is not None:
            floor = "/".join(str(one) for one in (shown["floor"], shown["floors_total"]) if one is not None)
        facts = (
            (_("Address"), shown["address"]), (_("Kind"), paper.name("one", shown["property_type"])),
            (_("Rooms"), paper.text(_("studio")) if shown["rooms"] == 0 else shown["rooms"]), (_("Area"), area),
            (_("Floor"), floor), (_("Year built"), shown["year_built"]), (_("District"), shown["district"]),
            (_("Metro"), shown["metro"]), (_("Price now"), paper.amount(shown["price"], self.currency)),
            (_("On the market for"), paper.days(shown["days_on_market"])),
        )  # fmt: skip
        nothing = (None, "", formatting.NOTHING)
        rows = [[paper.text(label), str(value)] for label, value in facts if value not in nothing]
        return Table("facts", "", [Column("fact", "", weight=1), Column("value", "", weight=3)], rows)

    def dots(self) -> Chart | None:
        """Prices per m² of the nearest comparables and of the listing, with the band of the estimate."""
        paper, items = self.paper, self.value["items"][:NEAREST]
        if len(items) < 3 or not self.shown["price_per_m2"]:
            return None
        own = self.shown["price_per_m2"]
        ranks = sum(one["adjusted_per_m2"] < own for one in items)
        title = paper.text(_("Of the {n} nearest, differences corrected, {cheaper} are cheaper per m²"),
                           n=len(items), cheaper=ranks)  # fmt: skip
        labels = [short_address(one) for one in items]
        here = paper.text(_("this listing"))
        none: list[float | None] = [None] * len(items)
        band: Sequence[Mapping[str, Any]] = ()
        if (found := self.estimate) is not None:
            said = paper.text(_("estimate from {n}"), n=self.value["n"])
            band = ({"low": found["low_per_m2"], "high": found["high_per_m2"], "text": said},)
        return Chart(
            "position", "dots", title,
            paper.text(_("Dots of the adjusted price per m² of {n} comparables and of this listing."), n=len(items)),
            [*labels, here],
            [
                Series(paper.text(_("comparables")), [*(one["adjusted_per_m2"] for one in items), None]),
                Series(here, [*none, own], role="marker"),
            ],
            unit="money_per_m2", currency=self.currency, annotations=band, label=paper.text(_("Against comparables")),
        )  # fmt: skip

    def places(self) -> Chart | None:
        """Where the nearest comparables lie around the listing, by their numbers in the table; None without places."""
        paper, north, east = self.paper, self.shown["latitude"], self.shown["longitude"]
        if north is None or east is None:
            return None
        items = self.value["items"][:NEAREST]
        where = [_away(one, north, east) for one in items]
        far = max((math.hypot(*one) for one in where if one is not None), default=None)
        if far is None:
            return None
        title = paper.text(
            _("The nearest comparables lie within {km}"), km=paper.words.kilometres(round(far, 1) or 0.1)
        )
        return Chart(
            "places", "map", title,
            paper.text(_("Map without streets: this listing in the middle, comparables by number around it.")),
            [f"{at}. {short_address(one)}" for at, one in enumerate(items, 1)],
            [
                Series(paper.text(name), [None if one is None else round(one[axis], 2) for one in where])
                for axis, name in enumerate((_("km to the east"), _("km to the north")))
            ],
            label=paper.text(_("Map")),
        )  # fmt: skip

    def comparables(self) -> Table:
        """The nearest comparables, with what each would cost if it were this listing."""
        paper = self.paper
        columns = [
            Column("address", paper.text(_("Comparable")), weight=2.3),
            Column("state", paper.text(_("State")), weight=1.3),
            Column("price", paper.text(_("Price")), "money", self.currency, weight=1.7),
            Column("area", paper.text(_("Area")), "area", weight=1.2),
            Column("per_m2", paper.text(_("Per m²")), "money_per_m2", self.currency, weight=2.4),
            Column("distance", paper.text(_("Away, km")), "count", weight=0.8),
            Column("score", paper.text(_("Alike, of 100")), "score", weight=1.1),
            Column("adjusted", paper.text(_("As if this listing")), "money", self.currency, weight=1.7, short=True),
        ]
        rows = [
            [
                f"{at}. {short_address(one)}", self._state(one), one["price"], one["area_total"], one["price_per_m2"],
                one["distance_km"], one["score"], one["adjusted_price"],
            ]
            for at, one in enumerate(self.value["items"][:NEAREST], 1)
        ]  # fmt: skip
        return Table("comparables", "", columns, rows, empty=paper.text(_("There is nothing like it in the store.")))

    def _state(self, item: Mapping[str, Any]) -> str:
        if item["kind"] == "asking":
            return self.paper.text(_("offered"))
        return self.paper.text(_("sold {day}"), day=self.paper.day(item["price_on"]))


def _away(item: Mapping[str, Any], north: float, east: float) -> tuple[float, float] | None:
    """Kilometres to the east and to the north of a place, as if the earth were flat there."""
    if item["latitude"] is None or item["longitude"] is None:
        return None
    wide = _KM_IN_DEGREE * math.cos(math.radians(north))
    return (item["longitude"] - east) * wide, (item["latitude"] - north) * _KM_IN_DEGREE


def short_address(item: Mapping[str, Any]) -> str:
    """Street and house, for what has no room for the whole address."""
    text = str(item["address"] or item["title"])
    parts = [one.strip() for one in text.split(",")]
    if len(parts) <= 2:
        return text
    street = next((at for at, one in enumerate(parts[:-1]) if part(one).what == "street"), len(parts) - 2)
    return ", ".join(parts[street : street + 2])
