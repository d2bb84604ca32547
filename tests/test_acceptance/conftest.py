"""What the attacks and faults of the acceptance list share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_acceptance.faults import bound_forge, forge, quick_command

__all__ = ["bound_forge", "forge", "quick_command"]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory where there is room: stores are synced thousands of times here, and no test cuts the power."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    place = Path(tempfile.mkdtemp(prefix="realty-test-", dir=memory if roomy else None))
    yield place
    shutil.rmtree(place, ignore_errors=True)
