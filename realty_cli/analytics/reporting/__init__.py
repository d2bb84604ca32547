"""The catalogue of reports: a module each, which composes a `Document` of what the services measured."""
