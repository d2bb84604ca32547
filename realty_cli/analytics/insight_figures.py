"""What counts and shares suggest. Data in, data out; every test that is made is returned, so that they are corrected
together."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from realty_cli.analytics.chances import shrunk, two_shares, wilson
from realty_cli.analytics.insight_kinds import Idea, Proof
from realty_cli.analytics.kinds import Confidence, InsightKind
from realty_cli.kit.i18n import mark as _

#: Hours of one cell of the week, showings in a cell and in all, below which nothing is said.
BLOCK, _CELL, _ALL = 3, 8, 60
_WORKDAYS, _WEEKEND = _("on workdays"), _("at weekends")
_PARTS = {_WORKDAYS: "workdays", _WEEKEND: "weekends"}
_FEW_LEADS, _FEW_DEALS = 20, 3
_ENTERED = 30
_MONTHS, _SEASON, _SHUFFLES, _OFTEN = 24, 1.3, 2_000, 10


class Shown(NamedTuple):
    """A showing that was due: on which weekday (Monday is 0), at which hour, whether it took place, and whether whoever
    came made an offer within two weeks."""

    weekday: int
    hour: int
    done: bool
    offered: bool = False


def _sure(chance: float, n: float) -> Confidence:
    if chance < 0.01 and n >= 100:
        return Confidence.HIGH
    return Confidence.MEDIUM if chance < 0.02 else Confidence.LOW


def hours(showings: Iterable[Shown]) -> Iterator[Idea]:
    """Hours of the week in which showings take place more often than usual, or less."""
    cells: Counter[tuple[str, int, bool]] = Counter()
    for one in showings:
        cells[_WEEKEND if one.weekday >= 5 else _WORKDAYS, one.hour // BLOCK * BLOCK, one.done] += 1
    total = cells.total()
    done = sum(count for (_days, _hour, took), count in cells.items() if took)
    if total < _ALL or not done:
        return
    usual = done / total
    for days, hour in sorted({(days, hour) for days, hour, _took in cells}):
        k = cells[days, hour, True]
        n = k + cells[days, hour, False]
        if n < _CELL or n == total:
            continue
        chance = two_shares(k, n, done - k, total - n)
        facts = {
            "days": days, "from": f"{hour:02d}", "to": f"{hour + BLOCK:02d}", "k": k, "n": n,
            "other_k": done - k, "other_n": total - n,
        }  # fmt: skip
        share, low, high = shrunk(k, n, usual)
        proofs = (Proof(_("Showings that took place"), round(share, 4), round(usual, 4), n, low, high, "ratio"),)
        if k / n >= usual:
            yield Idea(
                "best_hours", InsightKind.OPPORTUNITY, _("Hours in which showings take place"),
                _("{k} of {n} showings {days} from {from} to {to} took place, at other times {other_k} of {other_n}"),
                facts, proofs, _("Offer these hours first"), "realty events suggest", _sure(chance, n), 2, share,
                deals=0.05 * n / 6, basis=_("share of showings that take place"), part=f"{_PARTS[days]}-{hour}",
                chance=chance, told=low > usual,
            )  # fmt: skip
        else:
            yield Idea(
                "dead_hours", InsightKind.PROBLEM, _("Hours in which showings fall through"),
                _("{k} of {n} showings {days} from {from} to {to} took place, at other times {other_k} of {other_n}"),
                facts, proofs, _("Have them confirmed twice, or offer other hours"), "realty events settings",
                _sure(chance, n), 2, share, deals=0.05 * n / 6, basis=_("share of showings that take place"),
                part=f"{_PARTS[days]}-{hour}", chance=chance, told=high < usual,
            )  # fmt: skip


def offers(showings: Iterable[Shown]) -> Iterator[Idea]:
    """Hours of the week after whose showings there are more offers than after others; of those that took place."""
    cells: Counter[tuple[str, int, bool]] = Counter()
    for one in showings:
        if one.done:
            cells[_WEEKEND if one.weekday >= 5 else _WORKDAYS, one.hour // BLOCK * BLOCK, one.offered] += 1
    total = cells.total()
    made = sum(count for (_days, _hour, offered), count in cells.items() if offered)
    if total < _ALL or not made:
        return
    usual = made / total
    for days, hour in sorted({(days, hour) for days, hour, _offered in cells}):
        k = cells[days, hour, True]
        n = k + cells[days, hour, False]
        if n < _CELL or n == total:
            continue
        chance, (share, low, high) = two_shares(k, n, made - k, total - n), shrunk(k, n, usual)
        facts = {
            "days": days, "from": f"{hour:02d}", "to": f"{hour + BLOCK:02d}", "k": k, "n": n,
            "other_k": made - k, "other_n": total - n,
        }  # fmt: skip
        yield Idea(
            "best_hours", InsightKind.OPPORTUNITY, _("Hours after which offers come"),
            _("After {k} of {n} showings {days} from {from} to {to} there was an offer within two weeks, after those at"
              " other times {other_k} of {other_n}"),
            facts, (Proof(_("Showings with an offer after"), round(share, 4), round(usual, 4), n, low, high, "ratio"),),
            _("Offer these hours first"), "realty events suggest", _sure(chance, n), 2, share,
            deals=max(0.0, k / n - usual) * n / 12, basis=_("share of showings with an offer after"),
            part=f"offers-{_PARTS[days]}-{hour}", chance=chance, told=low > usual,
        )  # fmt: skip


class Source(NamedTuple):
    """Enquiries of one source that had time to become deals; money in units."""

    name: str
    leads: int
    deals: int
    gci: float
    cost: float


def sources(found: Sequence[Source], currency: str) -> Iterator[Idea]:
    """Sources that bring more deals than the rest, and no less commission, and those that cost more than they can
    bring."""
    leads, deals = sum(one.leads for one in found), sum(one.deals for one in found)
    gci = sum(one.gci for one in found)
    for one in found:
        others, other_deals = leads - one.leads, deals - one.deals
        if one.leads < _FEW_LEADS or others < _FEW_LEADS:
            continue
        chance = two_shares(one.deals, one.leads, other_deals, others)
        rate, rest = one.deals / one.leads, other_deals / others
        low, high = wilson(one.deals, one.leads)
        facts = {"source": one.name, "k": one.deals, "n": one.leads, "other_k": other_deals, "other_n": others,
                 "cost": one.cost, "currency": currency, "most": None}  # fmt: skip
        told = Proof(_("Enquiries that became deals"), round(rate, 4), round(rest, 4), one.leads, low, high, "ratio")
        each, other = one.gci / one.leads, (gci - one.gci) / others
        earned = Proof(_("Commission per enquiry"), round(each, 2), round(other, 2), one.leads, unit="money")
        if rate > rest:
            yield Idea(
                "source_worth", InsightKind.OPPORTUNITY, _("A source that brings deals"),
                _("{source}: {k} of {n} enquiries became deals, of the others {other_k} of {other_n}"),
                facts, (told, earned), _("Put more of the budget here"), "realty analytics metrics clients",
                _sure(chance, one.leads), 2, rate, deals=(rate - rest) * one.leads / 12,
                basis=_("own share of enquiries that became deals"), part=one.name, chance=chance,
                told=one.deals >= _FEW_DEALS and each >= other,
            )  # fmt: skip
        if one.cost > 0 and one.leads >= 30 and deals >= _FEW_DEALS:
            most = high * gci / deals
            wasted = {**facts, "cost": one.cost / one.leads, "most": most}
            yield Idea(
                "source_wasted", InsightKind.PROBLEM, _("A source that costs more than it brings"),
                _("{source}: an enquiry costs {cost} and brings at most {most} ({k} deals of {n} enquiries)"),
                wasted, (told, Proof(_("Cost of an enquiry"), one.cost / one.leads, most, one.leads, unit="money")),
                _("Stop it, or try it anew"), "realty deals expenses list", Confidence.MEDIUM, 1,
                one.cost / one.leads, amount=max(0.0, one.cost - one.gci) / 12,
                basis=_("what was spent beyond what came"), part=one.name,
                shows={"cost": "money", "most": "money"}, told=most < one.cost / one.leads,
            )  # fmt: skip


class Stair(NamedTuple):
    """One step of the funnel: how many came to it and went on, lately and in the 180 days before."""

    name: str
    on: str
    """The step and the one after it, as words of the catalogue."""
    entered: int
    passed: int
    entered_before: int
    passed_before: int


def leaks(steps: Iterable[Stair], worth: float = 0.02) -> Iterator[Idea]:
    """A step at which more is lost than there used to be. `worth`: deals that one who passes it becomes."""
    for one in steps:
        if one.entered < _ENTERED or one.entered_before < _ENTERED:
            continue
        chance = two_shares(one.passed, one.entered, one.passed_before, one.entered_before)
        now, before = one.passed / one.entered, one.passed_before / one.entered_before
        low, high = wilson(one.passed, one.entered)
        facts = {"step": one.name, "on": one.on, "k": one.passed, "n": one.entered, "before": before}
        yield Idea(
            "funnel_leak", InsightKind.PROBLEM, _("A step of the funnel that leaks"),
            _("{step} → {on}: {k} of {n} went on lately, in the 180 days before it was {before}"),
            facts, (Proof(_("Went on"), round(now, 4), round(before, 4), one.entered, low, high, "ratio"),),
            _("Look at how this step is handled"), "realty analytics metrics clients", _sure(chance, one.entered), 3,
            now, deals=max(0.0, before - now) * one.entered / 3 * worth, basis=_("own conversion before"),
            part=one.name, shows={"before": "percent"}, chance=chance, told=now < before,
        )  # fmt: skip


def seasons(months: Sequence[tuple[int, int]]) -> Iterator[Idea]:
    """Whether enquiries have a season: `(month, count)` in order, whole years of them. Months are shuffled within each
    year to see what chance makes of them."""
    whole = months[len(months) % 12 :]
    if len(whole) < _MONTHS or not sum(count for _month, count in whole):
        return
    years = [[count for _month, count in whole[place : place + 12]] for place in range(0, len(whole), 12)]
    names = [month for month, _count in whole[:12]]
    means = [sum(year[place] for year in years) / len(years) for place in range(12)]
    most, least = max(means), min(means)
    usual = sum(means) / 12
    facts = {
        "best": names[means.index(most)], "worst": names[means.index(least)],
        "up": most / usual - 1, "down": 1 - least / usual, "n": len(whole),
    }  # fmt: skip
    yield Idea(
        "seasonality", InsightKind.OBSERVATION, _("Enquiries have a season"),
        _("Over {n} months most enquiries came in {best} ({up} above the mean), fewest in {worst} ({down} below it)"),
        facts,
        (Proof(_("Peak over trough"), round(most / least, 2) if least else None, 1.0, len(whole), unit="number"),),
        _("Plan vacations and new listings by it"), "realty analytics trends",
        Confidence.MEDIUM, 3, most / usual, deals=0.05, basis=_("own enquiries"),
        shows={"up": "percent", "down": "percent", "best": "month", "worst": "month"},
        chance=_by_chance(years),
        told=not least or most / least >= _SEASON,
    )  # fmt: skip


def _by_chance(years: Sequence[Sequence[int]]) -> float:
    """How often months that are shuffled within their years differ as much; given up as soon as that is often."""
    draw, spread, above = random.Random(0), _spread(years), 0  # noqa: S311 - shuffles months, guards nothing
    for turn in range(1, _SHUFFLES + 1):
        above += _spread([draw.sample(year, 12) for year in years]) >= spread
        if above == _OFTEN:
            return above / turn
    return (above + 1) / (_SHUFFLES + 1)


def _spread(years: Sequence[Sequence[float]]) -> float:
    means = [sum(year[place] for year in years) for place in range(12)]
    middle = sum(means) / 12
    return sum((one - middle) ** 2 for one in means)


class Cut(NamedTuple):
    """A reduction of a price: its depth, and showings in three weeks before and after it."""

    depth: float
    before: int
    after: int


_BANDS = ((0.0, 0.03, _("below 3 %")), (0.03, 0.05, _("3 to 5 %")), (0.05, 1.0, _("above 5 %")))


def cuts(found: Iterable[Cut]) -> Iterator[Idea]:
    """The depth of a reduction after which showings grew more often than after others."""
    bands: defaultdict[str, list[bool]] = defaultdict(list)
    for one in found:
        name = next((name for low, high, name in _BANDS if low <= one.depth < high), None)
        if name is not None:
            bands[name].append(one.after > one.before)
    k_all, n_all = sum(map(sum, bands.values())), sum(map(len, bands.values()))
    for name, grew in bands.items():
        k, n = sum(grew), len(grew)
        if n < _CELL or n_all - n < _CELL:
            continue
        chance = two_shares(k, n, k_all - k, n_all - n)
        low, high = wilson(k, n)
        facts = {"band": name, "k": k, "n": n, "other_k": k_all - k, "other_n": n_all - n}
        yield Idea(
            "price_step", InsightKind.OPPORTUNITY, _("A price step after which showings grew"),
            _("After {k} of {n} reductions {band} there were more showings in three weeks than before, after others"
              " {other_k} of {other_n}"),
            facts, (Proof(_("Reductions after which showings grew"), k / n, (k_all - k) / (n_all - n), n, low, high,
                          "ratio"),),
            _("Choose this depth for the next reduction"), "realty properties list --status active",
            _sure(chance, n), 2, k / n, deals=0.1, basis=_("own reductions"), part=name, chance=chance,
            told=k / n > k_all / n_all,
        )  # fmt: skip


class Pace(NamedTuple):
    """One step of the funnel of one agent: how many of his enquiries came to it, and went on."""

    agent: str
    number: int
    name: str
    on: str
    """The step and the one after it, as words of the catalogue."""
    part: str
    """Which step of which funnel it is, in a word for programs."""
    entered: int
    passed: int


#: Fewer of one agent, or of the others, and he is compared with nobody.
_ALIKE = 10


def colleagues(found: Iterable[Pace]) -> Iterator[Idea]:
    """Agents of whose enquiries more go on at a step than of the others', or fewer. Shares are drawn to the usual one,
    and nobody is ranked."""
    steps: defaultdict[str, list[Pace]] = defaultdict(list)
    for one in found:
        steps[one.part].append(one)
    for part, paces in steps.items():
        n_all, k_all = sum(one.entered for one in paces), sum(one.passed for one in paces)
        for one in paces:
            n, k = one.entered, one.passed
            others, other_k = n_all - n, k_all - k
            if n < _ALIKE or others < _ALIKE:
                continue
            chance = two_shares(k, n, other_k, others)
            usual = other_k / others
            share, low, high = shrunk(k, n, usual)
            facts = {
                "agent": one.agent, "step": one.name, "on": one.on, "k": k, "n": n, "other_k": other_k,
                "other_n": others,
            }  # fmt: skip
            better = k / n > usual
            yield Idea(
                "agent_compare", InsightKind.OPPORTUNITY if better else InsightKind.PROBLEM,
                _("An agent does better at a step") if better else _("An agent loses more at a step"),
                _("{agent}, {step} → {on}: {k} of {n} enquiries went on within 30 days, of the others' {other_k} of"
                  " {other_n}"),
                facts, (Proof(_("Went on"), round(share, 4), round(usual, 4), n, low, high, "ratio"),),
                _("Have it shown to the others") if better else _("Go through this step together"),
                f"realty analytics metrics clients --agent {one.number}", _sure(chance, n), 3, share,
                deals=abs(k / n - usual) * n / 6 * 0.02, basis=_("own conversion of the others"),
                part=f"{one.number}-{part}", chance=chance, told=low > usual if better else high < usual,
            )  # fmt: skip


#: Facts that are sentences of their own.
WORDS = frozenset({"days", "band", "step", "on", "what"})


def of(
    showings: Iterable[Shown],
    spent: Sequence[Source],
    steps: Iterable[Stair],
    months: Sequence[tuple[int, int]],
    reductions: Iterable[Cut],
    paces: Iterable[Pace],
    currency: str,
) -> list[Idea]:
    """All tests over all figures."""
    shown = list(showings)
    return [
        *hours(shown), *offers(shown), *sources(spent, currency), *leaks(steps), *seasons(months), *cuts(reductions),
        *colleagues(paces),
    ]  # fmt: skip
