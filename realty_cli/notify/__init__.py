"""Letters and messages to people: an outbox in the store, templates, and the port that a messenger fills."""
