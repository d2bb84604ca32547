"""Charts of what the services answer: a body in, a chart with the answer as its title out. Data in, data out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile, pairwise
from typing import Any, cast

from realty_cli.analytics.reporting.names import WEEKDAYS, name_of
from realty_cli.analytics.survival import curve
from realty_cli.errors import Invalid
from realty_cli.kit.i18n import Translator
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Chart, Series, Unit
from realty_cli.reports.wording import Wording

Body = Mapping[str, Any]
#: Bars beyond which the rest is one, and the hours of a day that are always shown.
_BARS = 8
_DAY = (9, 21)
_LONGEST_CURVE = 60
#: Upright bars beyond which nobody can tell them apart.
MOST_MONTHS = 120
_NOTHING = _("Nothing to draw yet: {what}")


class Drafts:
    """Charts in one language; amounts that name no currency are in `currency`."""

    def __init__(self, say: Translator, currency: str) -> None:
        self.say, self.words = say, Wording(say.language, currency)

    def trend(self, body: Body) -> Chart:
        """A series with its moving average; the stretch that has not ended is dotted."""
        data = body["trend"]
        points = data["points"]
        series = [Series(data["label"], [one["value"] for one in points])]
        if any(one["value"] is not None for one in body["moving_average"]):
            averaged = {one["t"]: one["value"] for one in body["moving_average"]}
            series.append(
                Series(
                    self.say.text(_("moving average")), [averaged.get(one["t"]) for one in points], role="comparison"
                )
            )
        unfinished = [{"at": one["t"], "partial": True} for one in points[-1:] if one["partial"]]
        breaks = [{"at": at, "text": self.say.text(_("change"))} for at in body["change_points"]]
        return Chart(
            "trend", "line", body["summary"], body["summary"], [one["t"] for one in points], series, x_unit="date",
            subtitle=data["label"], unit=_unit(data["unit"]), currency=data["currency"],
            annotations=[*breaks, *unfinished],
        )  # fmt: skip

    def forecast(self, body: Body) -> Chart:
        """The ranges; the median of late where the forecast is no better."""
        history = [one for one in body["history"]["points"] if not one["partial"]][-24:]
        ahead, typical = body["points"], body["typical"]
        gap: list[Any] = [None] * len(history)
        bounds = {
            name: [*gap, *(one[key] for one in ahead)]
            for name, key in (("low", "lo80"), ("high", "hi80"), ("lowest", "lo95"), ("highest", "hi95"))
            if typical is None
        }
        likely = [one["mean"] if typical is None else typical["median"] for one in ahead]
        return Chart(
            "forecast", "line", body["summary"], body["summary"], [one["t"] for one in (*history, *ahead)],
            [
                Series(self.say.text(_("so far")), [*(one["value"] for one in history), *[None] * len(ahead)]),
                Series(
                    self.say.text(_("forecast") if typical is None else _("median of late")), [*gap, *likely],
                    role="forecast", style="dashed", **bounds,
                ),
            ],
            subtitle=body["label"], x_unit="date", unit=_unit(body["unit"]), currency=body["currency"],
            note=" ".join(body["warnings"]),
        )  # fmt: skip

    def funnel(self, body: Body) -> Chart:
        """Where leads are lost; the kind of funnel with more of them."""
        found = max(body["funnels"], key=lambda one: int(one["leads"]), default=None)
        stages = found["stages"] if found else []
        steps = [
            (one["step_conversion"], before["label"], one["label"])
            for before, one in pairwise(stages)
            if one["step_conversion"] is not None
        ]
        if not found or not found["leads"] or not steps:
            title = self._nothing(_("no enquiries came in this period."))
        else:
            share, before, here = min(steps, key=lambda one: one[0])
            young = found["maturity_days"] < found["mature_after_days"]
            title = self.say.text(
                _("So far {share} went on from “{before}” to “{here}”") if young  # the others may yet
                else _("Most is lost between “{before}” and “{here}”: {share} go on"),
                before=before, here=here, share=self.words.short(share, "ratio"),
            )  # fmt: skip
        alt = self.say.text(_("Bars of enquiries by the stage they reached: {what}."), what=_listed(
            (one["label"], one["entered"]) for one in stages
        ))  # fmt: skip
        note = "" if not found else self.say.text(
            _("Age of the youngest enquiry: {days}; an enquiry may need {mature}."),
            days=self.words.value(found["maturity_days"], "days"),
            mature=self.words.value(found["mature_after_days"], "days"),
        )  # fmt: skip
        counts = [one["entered"] for one in stages] if found and found["leads"] else []
        labels = [one["label"] for one in stages] if counts else []
        return Chart("funnel", "funnel", title, alt, labels, [Series(self.say.text(_("enquiries")), counts)], note=note)

    def hours(self, body: Body) -> Chart:
        """When events take place: shares where there are enough of them anywhere, else how many were due."""
        counts, rates = body["heatmap"], body["rate"]
        due = [hour for day in counts for hour, number in enumerate(day) if number]
        first, last = min([*due, _DAY[0]]), max([*due, _DAY[1]])
        days = [self.say.text(one) for one in WEEKDAYS]
        cells = [
            (rates[day][hour], day, hour) for day in range(7) for hour in range(24) if rates[day][hour] is not None
        ]
        shown: Sequence[Sequence[float | None]] = rates if cells else counts
        if cells:
            # The best of one is no best; of several as good it is the one that rests on most.
            share, weekday, hour = max(cells, key=lambda one: (one[0], counts[one[1]][one[2]]))
            said = (
                _("Events are kept best on {day} at {hour}: {share} of {n} (hours with enough of them: {cells})")
                if len(cells) > 1
                else _("Only {day} at {hour} has enough events to tell: {share} of {n} took place")
            )
            title = self.say.text(
                said, day=days[weekday], hour=f"{hour}:00", share=self.words.short(share, "ratio"),
                n=self.words.value(counts[weekday][hour], "count"), cells=len(cells),
            )  # fmt: skip
        elif due:
            title = self.say.text(_("Too few events an hour to tell which of them are kept: how many there were"))
        else:
            title = self._nothing(_("no events were due in this period."))
        subtitle = self.say.text(_("share of events that took place, in percent; grey: fewer than 8")) if cells else ""
        return Chart(
            "hours", "heatmap", title, self.say.text(_("Grid of weekdays and hours. {what}"), what=title),
            [str(hour) for hour in range(first, last + 1)] if due else [],
            [Series(days[day], shown[day][first : last + 1]) for day in range(7)] if due else [],
            subtitle=subtitle, x_label=self.say.text(_("hour")), unit="ratio" if cells else "count",
            counts=[counts[day][first : last + 1] for day in range(7)] if cells else (),
        )  # fmt: skip

    def prices(self, body: Body) -> Chart:
        """How the prices of what is on the market are spread: the kind of deal with the most of them."""
        block = max(body["blocks"], key=lambda one: int(one["inventory"]["value"] or 0), default=None)
        bins = block["price_histogram"] if block else []
        deal = name_of("deal", block["deal_type"], self.say) if block else ""
        if not block or not bins:
            title = self._nothing(_("nothing is on the market with a price."))
        else:
            median = self.words.value(block["price_median"]["value"], "money", block["currency"])
            title = self.say.text(_("Half of what is on the market costs less than {median}"), median=median)
        edges = [one["low"] for one in bins] + ([bins[-1]["high"]] if bins else [])
        alt = self.say.text(_("Histogram of asking prices. {what}"), what=title)
        return Chart(
            "prices", "histogram", title, alt, edges,
            [Series(self.say.text(_("listings")), [one["count"] for one in bins])],
            subtitle=deal, x_unit="money", currency=block["currency"] if block else None,
            label=self.say.text(_("Asking prices")),
        )  # fmt: skip

    def statuses(self, body: Body) -> Chart:
        """Listings by status, all kinds of deals together."""
        counts: dict[str, int] = {}
        for block in body["blocks"]:
            for one in block["by_status"]:
                counts[one["status"]] = counts.get(one["status"], 0) + one["count"]
        pairs = [(name_of("status", status, self.say), number) for status, number in counts.items()]
        return self._bars("statuses", _("listings"), pairs, _("Most listings: {name}, {value}"), "count", None)

    def sources(self, body: Body) -> Chart:
        counts: dict[str, int] = {}
        for one in body["sources"]:
            name = name_of("source", one["source"], self.say)
            counts[name] = max(counts.get(name, 0), one["leads"])
        return self._bars(
            "sources", _("enquiries"), list(counts.items()), _("Most enquiries came from {name}: {value}"), "count",
            None,
        )  # fmt: skip

    def pipeline(self, body: Body) -> Chart:
        """Expected commission of open deals by stage: in full, and by their chances."""
        block = max(
            body["blocks"], key=lambda one: sum(float(stage["raw"]) for stage in one["pipeline_by_stage"]), default=None
        )
        stages = [one for one in block["pipeline_by_stage"] if one["deals"]] if block else []
        currency = block["currency"] if block else None
        if not block or not stages:
            title = self._nothing(_("no deal is open."))
        else:
            whole, likely = (
                self.words.short(sum(one[key] for one in stages), "money", currency) for key in ("raw", "weighted")
            )
            title = self.say.text(
                _("Open deals may bring {whole}, by their chances {likely}"), whole=whole, likely=likely
            )
        return Chart(
            "pipeline", "hbar", title, title, [name_of("stage", one["stage"], self.say) for one in stages],
            [
                Series(self.say.text(_("in full")), [one["raw"] for one in stages]),
                Series(self.say.text(_("by chances")), [one["weighted"] for one in stages]),
            ],
            subtitle=name_of("deal", block["deal_kind"], self.say) if block else "", unit="money", currency=currency,
        )  # fmt: skip

    def profit(self, body: Body) -> Chart:
        """From commission to profit, in the currency with the most of it."""
        total = max(body["totals"], key=lambda one: float(one["gci"]["value"] or 0), default=None)
        names = ("gci", "agent_income", "partners", "expenses")
        values = {name: (total[name]["value"] or 0) if total else 0 for name in names}
        left = round(values["gci"] - values["agent_income"] - values["partners"] - values["expenses"], 2)
        steps = [
            (total["gci"]["label"], values["gci"]),
            *((total[name]["label"], -values[name]) for name in names[1:] if values[name]),
            (total["profit"]["label"], left),
        ] if total and any(values.values()) else []  # fmt: skip
        currency = total["currency"] if total else None
        if not steps:
            title = self._nothing(_("no commission and no expense in this period."))
        else:
            title = self.say.text(
                _("Of {gci} of commission {left} is left"), gci=self.words.short(values["gci"], "money", currency),
                left=self.words.short(left, "money", currency),
            )  # fmt: skip
        return Chart(
            "profit", "waterfall", title, title, [label for label, _value in steps],
            [Series(currency or "", [value for _label, value in steps])], unit="money", currency=currency,
            label=self.say.text(_("Profit")),
        )  # fmt: skip

    def months(self, body: Body) -> Chart:
        """Commission and expenses of each month of the period."""
        rows = begun([one for one in body["by_month"] if one["currency"] == self.words.currency] or body["by_month"])
        if len(rows) > MOST_MONTHS:
            raise Invalid.one("period", "analytics.too_many_months", most=MOST_MONTHS)
        currency = rows[0]["currency"] if rows else None
        total = sum(one["gci"] for one in rows)
        title = (
            self.say.text(_("Commission of {sum} in these months"), sum=self.words.short(total, "money", currency))
            if rows and total
            else self._nothing(_("no commission in this period."))
        )
        series = [
            Series(self.say.text(_("commission")), [one["gci"] for one in rows]),
            *([Series(self.say.text(_("expenses")), [one["expenses"] for one in rows])]
              if any(one["expenses"] for one in rows) else []),
        ]  # fmt: skip
        return Chart(
            "months", "bar", title, title, [one["month"] + "-01" for one in rows], series if rows else [],
            x_unit="date", unit="money", currency=currency,
        )  # fmt: skip

    def plan(self, body: Body) -> Chart:
        """Indicators that have a target, as shares of it."""
        rows = [one for one in body["items"] if one["target"]]
        behind = [one["label"][:1].lower() + one["label"][1:] for one in rows if one["status"] in ("amber", "red")]
        if not rows:
            title = self._nothing(_("no target is set."))
        elif behind:
            title = self.say.text(_("Behind the plan: {what}"), what=", ".join(behind[:3]))
        else:
            title = self.say.text(_("Everything with a target is on plan"))
        facts = [(one["value"] or 0) / one["target"] for one in rows]
        expected = [None if one["expected_now"] is None else one["expected_now"] / one["target"] for one in rows]
        return Chart(
            "plan", "bullet", title, self.say.text(_("Bars of what was reached of each target. {what}"), what=title),
            [one["label"] for one in rows],
            [
                Series(self.say.text(_("target")), [1.0] * len(rows), role="comparison"),
                Series(self.say.text(_("so far")), facts),
                Series(self.say.text(_("expected by now")), expected, role="marker"),
            ],
            unit="ratio", label=self.say.text(_("Against targets")),
        )  # fmt: skip

    def survival(self, deal: str, taken: Sequence[float], censored: Sequence[float]) -> Chart:
        """How long listings of a kind of deal stay on the market; those that are there count as far as they go."""
        ended = len(taken)
        steps = [(0.0, 1.0), *curve(taken, censored)]
        if ended and (longest := max(censored, default=0.0)) > steps[-1][0]:
            steps.append((longest, steps[-1][1]))
        half = next((at for at, alive in steps if alive <= 0.5), None)
        if len(steps) > _LONGEST_CURVE:
            every = len(steps) / _LONGEST_CURVE
            steps = [steps[int(at * every)] for at in range(_LONGEST_CURVE)] + steps[-1:]
        if not ended:
            title, steps = self._nothing(_("no listing has been taken yet.")), []
        elif half is None:
            title = self.say.text(_("More than half of the listings are still on the market after {days}"),
                                  days=self.words.value(round(steps[-1][0]), "days"))  # fmt: skip
        else:
            title = self.say.text(_("Half of the listings are taken within {days}"),
                                  days=self.words.value(round(half), "days"))  # fmt: skip
        alt = self.say.text(_("Falling steps: the share of listings still on the market by days. {what}"), what=title)
        return Chart(
            "survival", "steps", title, alt, [at for at, _alive in steps],
            [Series(self.say.text(_("still on the market")), [alive for _at, alive in steps])] if steps else [],
            subtitle=self.say.text(
                _("{deal}; {n} listings, {ended} of them taken"), deal=name_of("deal", deal, self.say),
                n=self.words.value(ended + len(censored), "count"), ended=self.words.value(ended, "count"),
            ),
            x_label=self.say.text(_("days on the market")), x_unit="days", unit="ratio",
        )  # fmt: skip

    def _bars(
        self,
        name: str,
        series: str,
        pairs: Sequence[tuple[str, float]],
        sentence: str,
        unit: Unit,
        currency: str | None,
    ) -> Chart:
        known = sorted((one for one in pairs if one[1]), key=lambda one: -one[1])
        if len(known) > _BARS:
            rest = sum(value for _name, value in known[_BARS - 1 :])
            known = [*known[: _BARS - 1], (self.say.text(_("others")), rest)]
        title = (
            self.say.text(sentence, name=known[0][0], value=self.words.short(known[0][1], unit, currency))
            if known
            else self._nothing(_("there are none in this period."))
        )
        alt = self.say.text(_("Bars by size: {what}."), what=_listed(known))
        return Chart(
            name, "hbar", title, alt, [label for label, _value in known],
            [Series(self.say.text(series), [value for _label, value in known])], unit=unit, currency=currency,
        )  # fmt: skip

    def _nothing(self, what: str) -> str:
        return self.say.text(_NOTHING, what=self.say.text(what))


def begun(months: Sequence[Body]) -> list[Body]:
    """Months of money from the first in which there was anything."""
    return list(dropwhile(lambda one: not (one["deals"] or one["gci"] or one["expenses"]), months))


def _unit(unit: object) -> Unit:
    return cast(Unit, str(unit))


def _listed(pairs: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)
