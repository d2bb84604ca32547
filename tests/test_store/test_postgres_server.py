"""The private PostgreSQL that other tests stand on."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Server, binaries, connect, running


def test_a_database_is_empty_and_ours_alone(postgres: Server, postgres_database: str) -> None:
    other = postgres.create()
    with connect(postgres_database) as here, connect(other) as there:
        here.execute("CREATE TABLE t (x text)")
        assert there.execute("SELECT to_regclass('t')").fetchone() == (None,)
        assert here.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    postgres.drop(other)


def test_a_database_may_be_the_copy_of_a_prepared_one(postgres: Server) -> None:
    prepared = postgres.create("prepared")
    with connect(prepared) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'дом' AS x")
    copy = postgres.create(template="prepared")
    with connect(copy) as connection:
        assert connection.execute("SELECT x FROM t").fetchone() == ("дом",)
        postgres.drop(copy)
    postgres.drop(prepared)


def test_the_url_names_a_server_that_answers(postgres_url: str) -> None:
    assert postgres_url.startswith("postgresql+psycopg://")
    with connect(postgres_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_is_gone_after_ctrl_c() -> None:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with contextlib.suppress(KeyboardInterrupt), running(programs) as server:
        pid = int((server.directory / "data" / "postmaster.pid").read_text().split()[0])
        raise KeyboardInterrupt
    assert not server.directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 error"), ("", "1 skipped")])
def test_without_binaries_it_skips_but_never_in_ci(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "test_one.py").write_text(
        "from tests import conftest\n"
        "from tests.conftest import postgres\n"
        "conftest.binaries = lambda: None\n"
        "def test_one(postgres): pass\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_one.py"],
        cwd=tmp_path, env=os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True,
    )  # fmt: skip
    assert outcome in ran.stdout, ran.stdout
