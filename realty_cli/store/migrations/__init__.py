"""Alembic's scripts. `store.schema` runs them; nothing else does."""
