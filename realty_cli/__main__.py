"""`python -m realty_cli`, and the command `realty`."""

from __future__ import annotations


def main() -> None:
    from realty_cli.cli.main import run

    run()


if __name__ == "__main__":
    main()
