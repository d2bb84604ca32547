"""The command line: one of two mirrors of the services. Light at import, so that `--help` and completion are quick."""
