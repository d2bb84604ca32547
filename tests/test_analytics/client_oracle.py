"""What the whole history says of clients, in a second, slow and obvious way: pandas over whole tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from holidays import country_holidays

from tests.test_analytics import lead_oracle
from tests.test_analytics.money_oracle import LEADS, SPAM, Leads, Money, Tables, grouped, moment, share_of, stage_then

MONTHS = (1, 2, 3, 6, 12)
PARTIES = ("seller", "buyer", "landlord", "tenant")


def leads_then(tables: Tables, owners: set[int], end: datetime) -> pd.DataFrame:
    """The leads of some owners as they stood at a moment, with when they ended."""
    moves, found = grouped(tables["lead_stages"], "lead_id"), []
    in_word = lead_oracle.in_word(tables, end)
    for lead in tables["leads"]:
        if lead["owner_id"] not in owners or lead["deleted_at"] is not None or moment(lead["created_at"]) >= end:
            continue
        kept = [one for one in moves[lead["id"]] if one["withdrawn_by"] is None]
        stage = stage_then(lead, kept, end) or "new"
        ended = lead["closed_at"]
        if any(moment(one["effective_at"]) >= end for one in kept):
            before = [one for one in kept if one["new_stage"] == stage and moment(one["effective_at"]) < end]
            ended = max((one["effective_at"] for one in before), default=None) if stage in ("won", "lost") else None
        if stage == "won" and lead["id"] in in_word:
            stage, ended = "negotiation", None
        found.append((pd.Timestamp(lead["created_at"]), stage, pd.Timestamp(ended) if ended else pd.NaT,
                      stage == "lost" and lead["lost_reason"] in SPAM, lead["id"]))  # fmt: skip
    return pd.DataFrame(found, columns=["created", "stage", "ended", "spam", "id"])


def cycle(tables: Tables, owners: set[int], end: datetime) -> float | None:
    """Days in which half of the leads of a year would be won, those that wait taken for longer ones (product-limit)."""
    leads = leads_then(tables, owners, end)
    leads = leads[(leads.created >= end - timedelta(days=365)) & (leads.stage != "lost")]
    won = (leads.stage == "won") & leads.ended.notna()
    if won.sum() < 10:
        return None
    days = ((leads.ended.where(won, pd.Timestamp(end)) - leads.created) / pd.Timedelta(days=1)).clip(lower=0)
    alive = Fraction(1)
    for day in sorted(set(days[won])):
        alive *= 1 - Fraction(int((won & (days == day)).sum()), int((days >= day).sum()))
        if alive <= Fraction(1, 2):
            return float(day)
    return None


def active(tables: Tables, owners: set[int], end: datetime) -> int:
    """Clients with whom anything went on in the thirty days before a moment."""
    begin, found = pd.Timestamp(end - timedelta(days=30)), []
    frames = {name: pd.DataFrame(tables[name]) for name in ("interactions", "event_instances", "lead_stages")}
    events = {one["id"]: one["client_id"] for one in tables["events"]}
    leads = {one["id"]: one for one in tables["leads"] if one["deleted_at"] is None}
    for name, at, of in (
        ("interactions", "at", lambda row: row.client_id if row.owner_id in owners and not row.auto
         and row.channel != "note" and pd.isna(row.deleted_at) else None),
        ("event_instances", "start_time", lambda row: events[row.event_id] if row.owner_id in owners
         and row.status != "cancelled" else None),
        ("lead_stages", "effective_at", lambda row: leads[row.lead_id]["client_id"] if row.lead_id in leads
         and leads[row.lead_id]["owner_id"] in owners and pd.isna(row.withdrawn_by) else None),
    ):  # fmt: skip
        frame = frames[name]
        times = pd.to_datetime(frame[at])
        found += [of(row) for row in frame[(times >= begin) & (times < end)].itertuples()]
    there = {one["id"] for one in tables["clients"] if one["deleted_at"] is None and one["merged_into"] is None}
    return len({one for one in found if one is not None} & there)


def cohorts(tables: Tables, owners: set[int], wanted: Money, zone: Any) -> list[tuple[Any, ...]]:
    """The leads of each of the last twelve months, how many were won within so many, and what their deals brought in
    these, where they are over."""
    end = wanted.end
    deals = [(lead, pd.Timestamp(at), gci) for lead, at, gci in lead_oracle.brought(tables, owners, end)]
    brought = pd.DataFrame(deals, columns=["id", "at", "gci"])
    leads = leads_then(tables, owners, end)
    leads = leads[~leads.spam]
    last = pd.Timestamp(end - timedelta(microseconds=1)).tz_convert(zone).tz_localize(None).to_period("M")
    month, found = leads.created.dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("M"), []
    for one in pd.period_range(end=last, periods=12, freq="M"):
        some = leads[month == one]
        won = some[(some.stage == "won") & some.ended.notna()]
        after = (one + 1).to_timestamp().tz_localize(zone)
        over = [(after.tz_localize(None) + pd.DateOffset(months=months)).tz_localize(zone) <= end for months in MONTHS]
        cells = tuple(
            sum(row.ended < row.created + pd.DateOffset(months=months) for row in won.itertuples()) if known else None
            for months, known in zip(MONTHS, over, strict=True)
        )
        of_deals = some.merge(brought, on="id")
        money = tuple(
            sum(row.gci for row in of_deals.itertuples() if row.at < row.created + pd.DateOffset(months=months))
            if known
            else None
            for months, known in zip(MONTHS, over, strict=True)
        )
        found.append((str(one), len(some), cells, money))
    return found


def brought_by(tables: Tables, wanted: Money) -> pd.DataFrame:
    """What was left to the agency of the deals of five years, in roubles: a row of each client of each."""
    parties, brought = grouped(tables["deal_parties"], "deal_id"), []
    for deal in wanted.deals:
        if wanted.then[deal["id"]] != "closed" or deal["currency"] != "RUB":
            continue
        at = pd.Timestamp(wanted.closed_at(deal))
        if not wanted.end - timedelta(days=366 * 5) <= at < wanted.end:
            continue
        ours = {
            one["client_id"] for one in parties[deal["id"]]
            if one["role"] in PARTIES and deal["side"] in ("both", one["role"])
        }  # fmt: skip
        net = 0
        for line in wanted.lines[deal["id"]]:
            if line["currency"] == "RUB" and (total := wanted.worth(deal, line)) is not None:
                net += total - sum(share_of(total, split["rate"]) for split in json.loads(line["splits"] or "[]"))
        brought += [(client, at, net / len(ours)) for client in ours]
    return pd.DataFrame(brought, columns=["client", "at", "net"])


def payback(tables: Tables, wanted: Money, owners: set[int], cac: float | None) -> tuple[int | None, int | None]:
    """After how many months clients had brought what one costs; else how many months there are to look at."""
    frame = brought_by(tables, wanted)
    if not cac or frame.empty:
        return None, None
    leads = [
        (one["client_id"], pd.Timestamp(one["created_at"])) for one in tables["leads"]
        if one["owner_id"] in owners and one["deleted_at"] is None and moment(one["created_at"]) < wanted.end
    ]  # fmt: skip
    first = pd.concat([frame[["client", "at"]], pd.DataFrame(leads, columns=["client", "at"])])
    frame["begin"] = frame.client.map(first.groupby("client")["at"].min())
    looked = None
    for months in range(1, 37):
        after = frame.begin + pd.DateOffset(months=months)
        old = frame[after <= wanted.end]
        if old.empty:
            break
        looked = months
        if round(float(old[old["at"] < after[old.index]].net.sum())) >= cac * old.client.nunique():
            return months, None
    return None, looked


def stayed(leads: Leads, until: datetime, sides: tuple[str, ...]) -> list[tuple[str, int, int, float | None]]:
    """Of each stage: how many leads came to it, how many have left it, and after how many days half of them would have,
    those that are still in it taken for longer ones (product-limit)."""
    found = []
    for rank, stage in enumerate(LEADS[:-1]):
        rows = []
        for lead in leads.cohort:
            kept = [
                one for one in leads.moves[lead["id"]]
                if one["withdrawn_by"] is None and moment(one["effective_at"]) < until
            ]  # fmt: skip
            came = [one["effective_at"] for one in kept if one["new_stage"] == stage]
            if lead["side"] not in sides or not came:
                continue
            farther = [one["effective_at"] for one in kept if one["new_stage"] in LEADS[rank + 1 : -1]]
            if (then := leads.then[lead["id"]]) in ("won", "lost"):
                moved = any(moment(one["effective_at"]) >= until and one["withdrawn_by"] is None
                            for one in leads.moves[lead["id"]])  # fmt: skip
                ends = [one["effective_at"] for one in kept if one["new_stage"] == then]
                end = max(ends, default=None) if moved else lead["closed_at"]
                farther += [end] if end else []
            if any(one < min(came) for one in farther):
                continue
            over = moment(min(farther)) if farther else until
            rows.append(((over - moment(min(came))).total_seconds() / 86_400, bool(farther)))
        frame = pd.DataFrame(rows, columns=["days", "left"])
        alive, half = Fraction(1), None
        for day in sorted(set(frame.days[frame.left])) if frame.left.sum() >= 10 else ():
            alive *= 1 - Fraction(int((frame.left & (frame.days == day)).sum()), int((frame.days >= day).sum()))
            if alive <= Fraction(1, 2):
                half = float(day)
                break
        found.append((stage, len(frame), int(frame.left.sum()), half))
    return found


def promoters(tables: Tables, owners: set[int], start: datetime, end: datetime) -> tuple[int, float | None]:
    """How many clients were asked, and the points of those who recommend less those who warn, from ten on."""
    rows = [one for one in tables["interactions"] if one["score"] is not None and one["deleted_at"] is None]
    frame = pd.DataFrame(rows)
    frame = frame[frame.owner_id.isin(owners)]
    at = pd.to_datetime(frame["at"])
    last = frame[(at >= start) & (at < end)].sort_values(["at", "id"]).groupby("client_id").score.last()
    share = (last >= 9).mean() - (last <= 6).mean() if len(last) >= 10 else None
    return len(last), None if share is None else float(100 * share)


def open_between(start: datetime, end: datetime, week: Mapping[str, Any], kept: bool, zone: Any) -> float:
    """Hours of a week's work between two moments, without the holidays of Russia where these are kept."""
    years = range(start.year - 1, end.year + 2)
    off = country_holidays("RU", years=years) if kept else None
    day, total = start.astimezone(zone).date() - timedelta(days=1), timedelta()
    while day <= end.astimezone(zone).date():
        ranges = week[day.strftime("%a").lower()]
        if off is not None and day in off:
            ranges = []
        elif off is not None and day in off.weekend_workdays and not ranges:
            ranges = week["mon"]
        for first, last in ranges:
            opens, closes = (pd.Timestamp(f"{day} {one}").tz_localize(zone) for one in (first, last))
            if closes <= opens:
                closes += timedelta(days=1)
            total += max(timedelta(), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return total.total_seconds() / 3600


def worth(tables: Tables, wanted: Money, months: tuple[int, ...]) -> tuple[float | None, list[tuple[int, int, int]]]:
    """What was left to the agency of a client's deals, in all and in the first months."""
    frame = brought_by(tables, wanted)
    if frame.empty:
        return None, [(some, 0, 0) for some in months]
    first = frame.groupby("client")["at"].transform("min")
    parts = []
    for some in months:
        old = first <= pd.Timestamp(wanted.end) - pd.DateOffset(months=some)
        early = old & (frame["at"] < first + pd.DateOffset(months=some))
        parts.append((some, int(frame[old].client.nunique()), round(float(frame[early].net.sum()))))
    return float(frame.net.sum() / frame.client.nunique()), parts
