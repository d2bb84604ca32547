"""Alembic's environment: runs on the connection that `store.schema` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    # The caller holds the one transaction of the whole upgrade: all revisions are applied, or none.
    transactional_ddl=False,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
