"""Whether clients would recommend us: the net promoter score (Reichheld, "The One Number You Need to Grow", 2003)."""

from __future__ import annotations

from typing import Any

from realty_cli.analytics.deal_facts import listing_of
from realty_cli.analytics.lead_facts import leads_of
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured
from realty_cli.store.database import Connection

#: Of 0 to 10: who says so much recommends, who says so much at most warns; below so many answers there is no number.
PROMOTER, CRITIC, LEAST = 9, 6, 10


def satisfaction(db: Connection, scope: Scope) -> Measured:
    """Points from -100 to 100, of the last score that each client gave in the period. Not available where nobody was
    asked; None, with how many there are, of fewer than ten."""
    params: dict[str, Any] = {"start": scope.start, "end": scope.end}
    hint = " INDEXED BY ix_interactions_score" if db.sqlite else ""
    parts = [
        "i.deleted_at IS NULL AND i.score IS NOT NULL AND i.at >= :start AND i.at < :end", scope.rows(params, "i"),
    ]  # fmt: skip
    if scope.deal_types is not None or scope.sources is not None or listing_of(scope, {}):
        parts.append(f"EXISTS (SELECT 1 FROM leads l WHERE l.id = i.lead_id AND {leads_of(scope, params)})")
    row = db.one(
        "SELECT count(*), count(CASE WHEN score >= :promoter THEN 1 END), count(CASE WHEN score <= :critic THEN 1 END)"
        " FROM (SELECT i.score, row_number() OVER (PARTITION BY i.client_id ORDER BY i.at DESC, i.id DESC) AS place"
        f" FROM interactions i{hint} WHERE {' AND '.join(parts)}) s WHERE place = 1",
        {**params, "promoter": PROMOTER, "critic": CRITIC},
    )
    assert row is not None
    asked, promoters, critics = row
    if not asked:
        return Measured(None, available=False)
    return Measured(100 * (promoters - critics) / asked if asked >= LEAST else None, asked)
