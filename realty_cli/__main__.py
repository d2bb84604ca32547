"""`python -m realty_cli`, and the command `realty`."""

from __future__ import annotations

import os


def main() -> None:
    try:
        from realty_cli.cli.main import run
    except KeyboardInterrupt:  # Ctrl-C while the libraries load
        os._exit(130)
    run()


if __name__ == "__main__":
    main()
