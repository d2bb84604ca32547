"""The days off that commands look up, out of the library `holidays`: `python tools/days_off.py`.

Loading the library takes a third of the time of an `events add`. The file says of which version it is: with any other
one installed the library itself is asked. Run this when the least version in pyproject.toml is raised.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import holidays
import orjson

FILE = Path(__file__).resolve().parent.parent / "realty_cli" / "events" / "days_off.json"
COUNTRY, LANGUAGES, YEARS = "RU", ("en_US", "ru"), range(2018, 2036)


def main() -> None:
    found = {}
    for year in YEARS:
        said = {language: holidays.country_holidays(COUNTRY, years=year, language=language) for language in LANGUAGES}
        names = {day.isoformat(): [said[language][day] for language in LANGUAGES] for day in sorted(said[LANGUAGES[0]])}
        found[str(year)] = {
            "off": names, "worked": sorted(day.isoformat() for day in said[LANGUAGES[0]].weekend_workdays)
        }  # fmt: skip
    whole = {"version": version("holidays"), "country": COUNTRY, "languages": LANGUAGES, "years": found}
    FILE.write_bytes(orjson.dumps(whole) + b"\n")


if __name__ == "__main__":
    main()
