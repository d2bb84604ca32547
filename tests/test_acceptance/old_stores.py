"""A store of every released version that came before, as that version left it, with rows in it: `REVISION.db.gz`.

`python -m tests.test_acceptance.old_stores` writes the one of this version. Run it when the next version is begun.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.interaction import InteractionCreate
from realty_cli.deals.schemas.deal import Closing, DealCreate
from realty_cli.deals.schemas.money import CommissionCreate
from realty_cli.kit.schema import validate
from realty_cli.store.changelog import Origin
from realty_cli.store.schema import HEAD
from realty_cli.work import Work
from tests.test_acceptance.deeds import make_listings, open_realty

STORES = Path(__file__).parent / "stores"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        realty = open_realty(folder)
        realty.create("anna")
        with realty.write(Origin("cli", "fixture")) as work:
            sold, *_ = make_listings(work, 20)
            _make_money(work, sold)
        STORES.mkdir(exist_ok=True)
        (STORES / f"{HEAD}.db.gz").write_bytes(gzip.compress((Path(folder) / "realty.db").read_bytes(), mtime=0))


def _make_money(work: Work, listing_id: int) -> None:
    """Two deals with commission, one of them closed, and somebody who was spoken to."""
    client = work.clients.create(validate(ClientCreate, {"name": "Пётр Иванов", "phones": ["+7 916 123-45-67"]}))["id"]
    work.clients.interactions.create(client, validate(InteractionCreate, {"channel": "call"}))
    line = {"payer": "seller", "rate": 3}
    deals = []
    sale = {"side": "seller", "property_id": listing_id, "amount": 5_100_000}
    rent = {"side": "landlord", "title": "Сдача", "kind": "rent", "amount": 90_000}
    for deal in (sale, rent):
        number = work.deals.create(validate(DealCreate, deal))["id"]
        work.deals.money.commissions.create(validate(CommissionCreate, {**line, "deal_id": number}))
        deals.append(number)
    work.deals.close(deals[0], validate(Closing, {"final_price": 5_000_000}))


if __name__ == "__main__":
    main()
