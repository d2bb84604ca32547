"""What the attacks and faults of the acceptance list share."""

from __future__ import annotations

from tests.test_acceptance.faults import bound_forge, forge, quick_command

__all__ = ["bound_forge", "forge", "quick_command"]
