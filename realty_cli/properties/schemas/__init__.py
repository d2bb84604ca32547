"""The shapes of listings. Import the module you need: a command that lists need not build the schema of an import."""
