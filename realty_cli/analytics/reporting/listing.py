"""One listing as reports about it show it: its facts, its photo, its agent, and what it is worth by others like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.analytics.reporting.paper import Paper
from realty_cli.auth.policy import Act, require
from realty_cli.clients.reads import is_mine
from realty_cli.errors import Invalid, RealtyError
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _
from realty_cli.properties.photos import PhotoService
from realty_cli.properties.service import PropertyService
from realty_cli.properties.valuing import ValuingService
from realty_cli.reports.document import Chart, Column, Picture, Series, Table

#: Pixels of the long side of the photo: a size that photos are kept in.
_PHOTO = 1024
#: Comparables that are drawn and printed; the rest are counted.
NEAREST = 6


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
        """The agent's own price, in units."""
        minor = self.paper.wanted.recommended_price
        return None if minor is None else minor / 100

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
        title = paper.text(_("Of {n} comparables {cheaper} are cheaper per m²"), n=len(items), cheaper=ranks)
        labels = [_short(one) for one in items]
        here = paper.text(_("this listing"))
        none: list[float | None] = [None] * len(items)
        band: Sequence[Mapping[str, Any]] = ()
        if (found := self.estimate) is not None:
            said = paper.text(_("estimate"))
            band = ({"low": found["low_per_m2"], "high": found["high_per_m2"], "text": said},)
        return Chart(
            "position", "dots", title,
            paper.text(_("Dots of the adjusted price per m² of {n} comparables and of this listing."), n=len(items)),
            [*labels, here],
            [
                Series(paper.text(_("comparables")), [*(one["adjusted_per_m2"] for one in items), None]),
                Series(here, [*none, own], role="marker"),
            ],
            unit="money_per_m2", currency=self.currency, annotations=band,
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
            Column("adjusted", paper.text(_("As if this listing")), "money", self.currency, weight=1.7),
        ]
        rows = [
            [
                _short(one), self._state(one), one["price"], one["area_total"], one["price_per_m2"],
                one["distance_km"], one["score"], one["adjusted_price"],
            ]
            for one in self.value["items"][:NEAREST]
        ]  # fmt: skip
        return Table("comparables", "", columns, rows, empty=paper.text(_("There is nothing like it in the store.")))

    def _state(self, item: Mapping[str, Any]) -> str:
        if item["kind"] == "asking":
            return self.paper.text(_("offered"))
        return self.paper.text(_("sold {day}"), day=self.paper.day(item["price_on"]))


def _short(item: Mapping[str, Any]) -> str:
    """Street and house, for what has no room for the whole address."""
    text = str(item["address"] or item["title"])
    parts = [one.strip() for one in text.split(",")]
    return ", ".join(parts[-2:]) if len(parts) > 2 else text
