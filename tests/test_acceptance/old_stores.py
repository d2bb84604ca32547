"""A store of every released version that came before, as that version left it, with listings in it: `REVISION.db.gz`.

`python -m tests.test_acceptance.old_stores` writes the one of this version. Run it when the next version is begun.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from realty_cli.store.changelog import Origin
from realty_cli.store.schema import HEAD
from tests.test_acceptance.deeds import make_listings, open_realty

STORES = Path(__file__).parent / "stores"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        realty = open_realty(folder)
        realty.create("anna")
        with realty.write(Origin("cli", "fixture")) as work:
            make_listings(work, 20)
        STORES.mkdir(exist_ok=True)
        (STORES / f"{HEAD}.db.gz").write_bytes(gzip.compress((Path(folder) / "realty.db").read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
