"""The tables of accounts as declared are those that the migrations make, on both databases."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

import realty_cli
from tests.conftest import Agency

for _found in pkgutil.walk_packages(realty_cli.__path__, "realty_cli."):
    if _found.name.endswith(".tables"):
        importlib.import_module(_found.name)

TABLES = sorted(SQLModel.metadata.tables)


def columns(agency: Agency, table: str) -> set[tuple[str, bool]]:
    """Names, and whether a value must be there."""
    with agency.read() as work:
        if work.db.sqlite:
            return {(row[1], bool(row[3])) for row in work.db.all(f"PRAGMA table_xinfo({table})")}
        return {
            (name, nullable == "NO")
            for name, nullable in work.db.all(
                "SELECT column_name, is_nullable FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = :table",
                {"table": table},
            )
        }


@pytest.mark.parametrize("table", [name for name in TABLES if name != "properties"])
def test_declared_and_migrated_columns_agree(sqlite_agency: Agency, table: str) -> None:
    declared = {(one.name, not one.nullable) for one in SQLModel.metadata.tables[table].columns}
    assert columns(sqlite_agency, table) == declared


def test_declared_and_migrated_tables_agree(agency: Agency) -> None:
    for table in TABLES:
        declared = {one.name for one in SQLModel.metadata.tables[table].columns}
        assert {name for name, _ in columns(agency, table)} == declared, table


def test_declared_and_migrated_indexes_agree(agency: Agency) -> None:
    with agency.read() as work:
        here = (None, work.db.dialect)
        declared = {
            (str(one.name), bool(one.unique))
            for table in SQLModel.metadata.tables.values()
            for one in table.indexes
            if one.info.get("dialect") in here
        }
        if work.db.sqlite:
            names = [row[0] for row in work.db.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {
                (row[1], bool(row[2]))
                for name in names
                for row in work.db.all(f"PRAGMA index_list({name})")
                if row[3] == "c"
            }
        else:
            found = {
                (name, "CREATE UNIQUE" in text)
                for name, text in work.db.all("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
                if name.startswith("ix_") and name != "ix_property_search"
            }
    assert found == declared


def test_unique_constraints_are_there(sqlite_agency: Agency) -> None:
    with sqlite_agency.read() as work:
        for name, table in SQLModel.metadata.tables.items():
            wanted = {tuple(c.name for c in one.columns) for one in table.constraints if type(one) is UniqueConstraint}
            wanted |= {(one.name,) for one in table.columns if one.unique}
            found = {
                tuple(part[2] for part in work.db.all(f"PRAGMA index_info({row[1]})"))
                for row in work.db.all(f"PRAGMA index_list({name})")
                if row[3] == "u"
            }
            assert wanted <= found, name
