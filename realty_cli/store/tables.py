"""The store's own tables: what was done (`operations`), and what it changed (`changes`)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Json, Key, Moment, Plain


class OperationRow(SQLModel, table=True):
    """One act of one actor: a command, a request, one import, one undo. `undoes` and `undone_by` point at its pair."""

    __tablename__ = "operations"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    at: str = Field(sa_column=Column(Moment, nullable=False))
    actor_id: int = Field(sa_column=Column(Key, ForeignKey("accounts.id"), nullable=False, index=True))
    source: str = Field(sa_column=Column(Plain, nullable=False))
    command: str = Field(sa_column=Column(Plain, nullable=False))
    detail: str | None = Field(default=None, sa_column=Column(Json))
    undoes: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id")))
    undone_by: int | None = Field(default=None, sa_column=Column(Key, ForeignKey("operations.id")))


class ChangeRow(SQLModel, table=True):
    """One change of one object: `old_state` is the whole object before, `diff` the changed fields with their new value.

    The new object is `old_state` with `diff` laid over it; a creation has no `old_state`, a removal no `diff`. What an
    import made has neither: it is the `old_state` of the object's next change, or the object as it stands.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_object", "kind", "object_id", "seq"),
        Index("ix_changes_operation", "operation_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, sa_column=Column(Key, primary_key=True, autoincrement=True))
    operation_id: int = Field(sa_column=Column(Key, ForeignKey("operations.id"), nullable=False))
    kind: str = Field(sa_column=Column(Plain, nullable=False))
    object_id: int = Field(sa_column=Column(Key, nullable=False))
    owner_id: int | None = Field(default=None, sa_column=Column(Key))
    action: str = Field(sa_column=Column(Plain, nullable=False))
    old_state: str | None = Field(default=None, sa_column=Column(Json))
    diff: str | None = Field(default=None, sa_column=Column(Json))
