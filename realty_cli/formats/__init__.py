"""File formats: what reads a table from a file and writes one, knowing nothing of what the rows mean."""
