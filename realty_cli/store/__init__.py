"""The store: SQLite by default, PostgreSQL by setting, one code for both."""
