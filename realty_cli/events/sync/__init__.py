"""Keeping calendars elsewhere in step. Pure: `canonical`, `merging`, `planning`; `engine` runs them over the store."""
