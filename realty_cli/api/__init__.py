"""The API over HTTP: translates requests to services, as `cli` translates commands."""
