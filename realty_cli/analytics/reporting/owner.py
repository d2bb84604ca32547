"""One page for the owner of a listing: interest, opinions, where it stands, what was done, what to do.

No client is named in it, nor anything by which one could be known: kinds and counts of events, not their titles; of
what visitors said only words that speak of a home (`impersonal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.impersonal import is_impersonal
from realty_cli.analytics.reporting.listing import Listing
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.analytics.scope import refuse_over
from realty_cli.kit import formatting
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Cell, Chart, Document, Figure, Prose, Section, Series
from realty_cli.store.scope import visible

_TITLE = _("Report for the owner: {address}")
_FEW_SHOWINGS = _("There were fewer than 3 showings so far: too few for a chart or a conclusion.")
_DONE, _AHEAD = "('completed')", "('scheduled', 'confirmed', 'in_progress')"
_WEEK_PAST = (_("In the last 7 days: {what}"), _("In the last 7 days: nothing took place"))
_WEEK_AHEAD = (_("In the next 7 days: {what}"), _("In the next 7 days: nothing is planned yet"))
_WEEKS, _LEAST, _QUOTES, _OBJECTIONS = 12, 3, 2, 3
#: From so many photos on a listing is shown well, as portals advise.
_PHOTOS = 5
#: So many times as long on the market as its like, without anybody coming, is too long.
_STALE = 3.0
#: What is shorter says too little to be quoted.
_WORTH_QUOTING = 5


def compose(paper: Paper) -> Document:
    """Of today, whatever the period, which must not have ended: raises Invalid."""
    refuse_over(paper.scope, paper.wanted)
    listing = Listing(paper)
    life = paper.metrics["listing"] = paper.analytics.listing.show(listing.number, paper.language)
    advice = recommendation(listing, life)
    sections = [
        Section("", lines.some(listing.photo(), figures(listing, life))),
        Section("", interest(listing, life)),
        Section(paper.text(_("What visitors say")), opinions(listing, life)),
        Section(paper.text(_("Against comparables")), lines.some(_dots(listing))),
        Section(paper.text(_("What was done, and what comes next")), [Prose(work(listing), points=True)]),
        Section(paper.text(_("What we recommend")), [Prose([advice, *(paper.wanted.note or "").splitlines()])]),
        Section("", [Prose([paper.text(_("Your agent: {agent}"), agent=listing.agent())], small=True)]),
    ]
    until = listing.shown["exclusive_until"]
    said = [paper.text(_("price {price}"), price=paper.words.value(listing.shown["price"], "money", listing.currency))]
    said.append(paper.text(_("{days} on the market"), days=paper.days(life["days_on_market"])))
    if until:
        said.append(paper.text(_("the agreement ends on {day}"), day=paper.day(str(until))))
    return paper.document(
        paper.text(_TITLE, address=listing.address), answer(listing, life, advice), sections,
        subtitle=", ".join(said), compact=True, currency=listing.currency, period="", as_of=listing.as_of,
    )  # fmt: skip


def answer(listing: Listing, life: Mapping[str, Any], advice: str) -> str:
    paper = listing.paper
    visits = paper.plural("{n} showing", "{n} showings", life["showings"]["total"])
    return paper.text(_("{visits} so far, {week} in the last 7 days. {advice}"), visits=visits,
                      week=life["showings"]["last_7"], advice=advice)  # fmt: skip


def figures(listing: Listing, life: Mapping[str, Any]) -> list[Figure]:
    """Three numbers, against comparables where there are any."""
    paper = listing.paper
    pair = paper.text(_("7 days / in all"))
    showings, asked = life["showings"], life["enquiries"]
    median = life["comparable_days_median"]
    beside = "" if median is None else paper.text(_("comparables: {days}"), days=paper.days(median))
    return [
        Figure(paper.text(_("Showings")), Cell(f"{showings['last_7']} / {showings['total']}"), pair),
        Figure(
            paper.text(_("Enquiries")), Cell(f"{asked['last_7']} / {asked['total']}"), _whence(paper, asked) or pair
        ),
        Figure(paper.text(_("Days on the market")), Cell(life["days_on_market"], "days"), beside),
    ]


def _whence(paper: Paper, asked: Mapping[str, Any]) -> str:
    """What of the enquiries portals report, and what came to us; nothing where no portal reports any."""
    if not asked["on_portals"]:
        return ""
    portals = paper.plural("{n} contact on portals", "{n} contacts on portals", asked["on_portals"])
    ours = paper.plural("{n} enquiry to us", "{n} enquiries to us", asked["to_us"])
    return paper.text(_("7 days / in all: {portals}, {ours}"), portals=portals, ours=ours)


def interest(listing: Listing, life: Mapping[str, Any]) -> list[Block]:
    """Showings and enquiries by weeks, with marks where the price changed."""
    paper, weeks = listing.paper, life["weeks"][-_WEEKS:]
    if life["showings"]["total"] < _LEAST or len(weeks) < 2:
        return [Prose([paper.text(_FEW_SHOWINGS)])]
    best = max(weeks, key=lambda one: one["showings"])
    title = paper.text(
        _("Most showings were in the week of {day}: {n}"), day=paper.day(best["week"]), n=best["showings"]
    )
    marks = [
        {"at": one["week"], "text": paper.text(_("price changed"))} for one in weeks if one["price_changes"]
    ]  # fmt: skip
    return [
        Chart(
            "interest",
            "bar",
            title,
            paper.text(_("Bars of showings and enquiries by weeks.")),
            [one["week"] for one in weeks],
            [
                Series(paper.text(_("Showings")), [one["showings"] for one in weeks]),
                Series(paper.text(_("Enquiries")), [one["enquiries"] for one in weeks], role="comparison"),
            ],
            x_unit="date",
            annotations=marks,
            label=paper.text(_("Showings")),
        )
    ]


def opinions(listing: Listing, life: Mapping[str, Any]) -> list[Block]:
    paper, said = listing.paper, life["feedback"]
    if not said["n"]:
        return [Prose([paper.text(_("Nobody has said anything yet."))])]
    points = []
    minded = [one for one in said["objections"] if is_impersonal(one["label"])]
    if minded:
        top = ", ".join(f"{one['label']} ({one['count']})" for one in minded[:_OBJECTIONS])
        points.append(paper.text(_("What they mind: {top}"), top=top))
    if said["expensive_share"] is not None:
        share = paper.share(said["expensive_share"])
        points.append(paper.text(_("{share} find it too expensive, n = {n}"), share=share, n=said["n"]))
    points += [paper.text(_("“{quote}”"), quote=one) for one in quotes(listing)]
    if not points:  # all of it may be of somebody, and stays with the agent
        points = [paper.plural("{n} visitor gave an opinion.", "{n} visitors gave an opinion.", said["n"])]
    return [Prose(points, points=True)]


def quotes(listing: Listing) -> list[str]:
    """The newest short words of visitors in which there is nothing of a person."""
    db, params = listing.paper.analytics.db, {"id": listing.number}
    rows = db.all(
        "SELECT f.note FROM showing_feedback f WHERE f.property_id = :id AND f.deleted_at IS NULL"
        f" AND f.note IS NOT NULL AND {visible(listing.paper.analytics.actor, params, 'f')}"
        " ORDER BY f.created_at DESC, f.id DESC LIMIT 50",
        params,
    )
    found: dict[str, None] = {}
    for (note,) in rows:
        text = " ".join(str(note).split())
        if len(text) >= _WORTH_QUOTING and is_impersonal(text):
            found[text] = None
    return list(found)[:_QUOTES]


def _dots(listing: Listing) -> Chart | None:
    found = listing.dots()
    if found is None:
        return None
    position = listing.value["position"]
    return found if position is None else replace(found, subtitle=position["text"])


def work(listing: Listing) -> list[str]:
    """Counts of what took place in seven days, and what is planned for the next seven."""
    paper = listing.paper
    now = paper.scope.now
    said = []
    for start, end, statuses, sentence, nothing in (
        (now - timedelta(days=7), now, _DONE, *_WEEK_PAST),
        (now, now + timedelta(days=7), _AHEAD, *_WEEK_AHEAD),
    ):  # fmt: skip
        params: dict[str, Any] = {"id": listing.number, "start": stamp(start), "end": stamp(end)}
        rows = paper.analytics.db.all(
            "SELECT i.event_type, count(*), min(i.start_time) FROM event_instances i JOIN events e ON e.id = i.event_id"
            " WHERE e.property_id = :id AND i.start_time >= :start AND i.start_time < :end AND e.deleted_at IS NULL"
            f" AND i.status IN {statuses}"
            f" AND {visible(paper.analytics.actor, params, 'i')} GROUP BY i.event_type ORDER BY 2 DESC, 1",
            params,
        )
        parts = [_counted(paper, kind, count) for kind, count, _first in rows]
        if parts and start == now:
            first = min(datetime.fromisoformat(str(row[2])) for row in rows)
            when = formatting.datetime(first, paper.scope.zone, paper.language)
            parts[-1] += paper.text(_("; the first on {when}"), when=when)
        said.append(paper.text(sentence, what=", ".join(parts)) if parts else paper.text(nothing))
    return said


def _counted(paper: Paper, kind: str, n: int) -> str:
    match kind:
        case "showing":
            return paper.plural("{n} showing", "{n} showings", n)
        case "open_house":
            return paper.plural("{n} open house", "{n} open houses", n)
        case "call":
            return paper.plural("{n} call", "{n} calls", n)
        case "meeting":
            return paper.plural("{n} meeting", "{n} meetings", n)
        case "photo_session":
            return paper.plural("{n} photo session", "{n} photo sessions", n)
        case "inspection":
            return paper.plural("{n} inspection", "{n} inspections", n)
        case _:
            return paper.plural("{n} other thing", "{n} other things", n)


def recommendation(listing: Listing, life: Mapping[str, Any]) -> str:
    """One of: hold, reduce, better photos, take it off for a while; with the reason in numbers. The agent's own price
    goes before what is reckoned."""
    paper, price, currency = listing.paper, listing.shown["price"], listing.currency
    own = listing.recommended
    if own is not None and price:
        amount = paper.amount(own, currency)
        agent = listing.recommender
        if own < price * 0.995:
            return paper.text(_("Reduce the price to {price}, says your agent {agent}."), price=amount, agent=agent)
        return paper.text(_("Hold the price of {price}, says your agent {agent}."), price=amount, agent=agent)
    found, expensive = listing.estimate, life["feedback"]["expensive_share"]
    if found is not None and price and price > found["high"]:
        goal = found["high"] if found["confidence"] == "low" else found["price"]
        over = paper.share(price / found["price"] - 1)
        said = paper.text(
            _("Reduce the price to {price}: it is {over} above what comparables suggest."),
            price=paper.amount(goal, currency), over=over,
        )  # fmt: skip
        if expensive is not None and expensive >= 0.5:
            said += " " + paper.text(_("{share} of the visitors say so as well."), share=paper.share(expensive))
        return said
    index = life["exposure_index"]
    recent = sum(one["showings"] for one in life["weeks"][-4:])
    if found is not None and price and price > found["price"] and expensive is not None and expensive >= 0.5:
        return paper.text(
            _("Reduce the price to {price}: {share} of the visitors find it too expensive."),
            price=paper.amount(found["price"], currency), share=paper.share(expensive),
        )  # fmt: skip
    if index is not None and index >= _STALE and not recent:
        return paper.text(
            _("Take it off for a while: it stands {times} times as long as its like, and nobody came in 4 weeks."),
            times=paper.number(index),
        )  # fmt: skip
    photos = len(listing.shown["photos"])
    if photos < _PHOTOS and recent < _LEAST:
        return paper.plural(
            "Have better photos made: it has {n} photo, and few people came in 4 weeks.",
            "Have better photos made: it has {n} photos, and few people came in 4 weeks.",
            photos,
        )
    if found is None and expensive is not None and expensive >= 0.5:
        return paper.text(
            _(
                "Talk about the price: {share} of the visitors find it too expensive, and too little is like it to say"
                " what it is worth."
            ),
            share=paper.share(expensive),
        )
    if found is None:
        return paper.text(_("Hold the price: there is too little like it to say that another one is better."))
    return paper.plural(
        "Hold the price: it is within what comparables suggest, and {n} showing took place in 4 weeks.",
        "Hold the price: it is within what comparables suggest, and {n} showings took place in 4 weeks.",
        recent,
    )
