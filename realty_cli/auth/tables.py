"""Accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Key, Moment, Plain


class AccountRow(SQLModel, table=True):
    """Somebody who works with the store. `name_key` is the case-folded name, so that Anna and anna are one."""

    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    username: str = Field(sa_column=Column(Plain, nullable=False))
    name_key: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    full_name: str | None = Field(default=None, sa_column=Column(Plain))
    email: str | None = Field(default=None, sa_column=Column(Plain))
    role: str = Field(sa_column=Column(Plain, nullable=False))
    timezone: str = Field(sa_column=Column(Plain, nullable=False))
    language: str = Field(sa_column=Column(Plain, nullable=False))
    password_hash: str | None = Field(default=None, sa_column=Column(Plain))
    is_active: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    created_at: str = Field(sa_column=Column(Moment, nullable=False))
