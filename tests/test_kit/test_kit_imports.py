"""What the kit costs to import: the standard library, and a library only where it is the module's business."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"babel", "phonenumbers", "pydantic", "sqlalchemy", "sqlmodel", "typer", "rich", "zoneinfo", "decimal"}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("i18n", set()),
        ("messages", set()),
        ("money", {"decimal"}),
        ("moment", set()),
        ("periods", set()),
        ("phones", {"phonenumbers"}),
        ("formatting", {"babel", "decimal", "zoneinfo"}),
    ],
)
def test_imports(module, allowed):
    code = f"import sys, realty_cli.kit.{module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= allowed
