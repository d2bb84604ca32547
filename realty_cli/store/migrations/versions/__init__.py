"""One module a revision, numbered; released ones are never edited."""
