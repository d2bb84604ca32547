"""What every test stands on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres import Server, binaries, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A private PostgreSQL, one for each worker of pytest-xdist. Not skipped in CI."""
    programs = binaries()
    if programs is None:
        reason = "PostgreSQL (initdb, postgres) is not installed here"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(reason)
        pytest.skip(reason)
    with running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Server) -> str:
    """The URL of the private PostgreSQL's maintenance database."""
    return postgres.url()


@pytest.fixture
def postgres_database(postgres: Server) -> Iterator[str]:
    """The URL of an empty database, of this test alone."""
    url = postgres.create()
    yield url
    postgres.drop(url)
