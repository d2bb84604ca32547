"""Calendars as files (RFC 5545): text to drafts of events and back. Nothing here knows the store."""
