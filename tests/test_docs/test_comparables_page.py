"""The steps that docs/comparables.md tells are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

from realty_cli.properties.comparables import STEPS

PAGE = (Path(__file__).resolve().parents[2] / "docs/comparables.md").read_text("utf-8")


def test_the_steps_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| (\d) \| (.+) \| ±(\d+) % \| (\d) \| (\w+) \|$", PAGE, re.M)
    assert [int(row[0]) for row in rows] == list(range(1, len(STEPS) + 1))
    for step, (_, place, area, rooms, building) in zip(STEPS, rows, strict=True):
        assert place == f"{step.km:g} km" + (" or the same district" if step.district else "")
        assert (int(area), int(rooms), building == "same") == (round(step.area * 100), step.rooms, step.building)
