"""What the attacks and faults of the acceptance list share."""

from __future__ import annotations

from tests.test_acceptance.faults import forge

__all__ = ["forge"]
