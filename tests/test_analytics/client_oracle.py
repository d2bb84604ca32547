"""What the whole history says of clients, in a second, slow and obvious way: pandas over whole tables."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from tests.test_analytics.money_oracle import SPAM, Money, Tables, grouped, moment, share_of, stage_then

MONTHS = (1, 2, 3, 6, 12)
PARTIES = ("seller", "buyer", "landlord", "tenant")


def leads_then(tables: Tables, owners: set[int], end: datetime) -> pd.DataFrame:
    """The leads of some owners as they stood at a moment, with when they ended."""
    moves, found = grouped(tables["lead_stages"], "lead_id"), []
    for lead in tables["leads"]:
        if lead["owner_id"] not in owners or lead["deleted_at"] is not None or moment(lead["created_at"]) >= end:
            continue
        kept = [one for one in moves[lead["id"]] if one["withdrawn_by"] is None]
        stage = stage_then(lead, kept, end) or "new"
        ended = lead["closed_at"]
        if any(moment(one["effective_at"]) >= end for one in kept):
            before = [one for one in kept if one["new_stage"] == stage and moment(one["effective_at"]) < end]
            ended = max((one["effective_at"] for one in before), default=None) if stage in ("won", "lost") else None
        found.append((pd.Timestamp(lead["created_at"]), stage, pd.Timestamp(ended) if ended else pd.NaT,
                      stage == "lost" and lead["lost_reason"] in SPAM))  # fmt: skip
    return pd.DataFrame(found, columns=["created", "stage", "ended", "spam"])


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


def cohorts(
    tables: Tables, owners: set[int], end: datetime, zone: Any
) -> list[tuple[str, int, tuple[int | None, ...]]]:
    """The leads of each of the last twelve months, and how many were won within so many, where these are over."""
    leads = leads_then(tables, owners, end)
    leads = leads[~leads.spam]
    last = pd.Timestamp(end - timedelta(microseconds=1)).tz_convert(zone).tz_localize(None).to_period("M")
    month, found = leads.created.dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("M"), []
    for one in pd.period_range(end=last, periods=12, freq="M"):
        some = leads[month == one]
        won = some[(some.stage == "won") & some.ended.notna()]
        after = (one + 1).to_timestamp().tz_localize(zone)
        cells = tuple(
            sum(row.ended < row.created + pd.DateOffset(months=months) for row in won.itertuples())
            if (after.tz_localize(None) + pd.DateOffset(months=months)).tz_localize(zone) <= end
            else None
            for months in MONTHS
        )
        found.append((str(one), len(some), cells))
    return found


def worth(tables: Tables, wanted: Money, months: tuple[int, ...]) -> tuple[float | None, list[tuple[int, int, int]]]:
    """What was left to the agency of a client's deals, in all and in the first months: in roubles of five years."""
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
    if not brought:
        return None, [(some, 0, 0) for some in months]
    frame = pd.DataFrame(brought, columns=["client", "at", "net"])
    first = frame.groupby("client")["at"].transform("min")
    parts = []
    for some in months:
        old = first <= pd.Timestamp(wanted.end) - pd.DateOffset(months=some)
        early = old & (frame["at"] < first + pd.DateOffset(months=some))
        parts.append((some, int(frame[old].client.nunique()), round(float(frame[early].net.sum()))))
    return float(frame.net.sum() / frame.client.nunique()), parts
