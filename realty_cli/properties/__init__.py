"""Listings: the objects that an agent sells and lets."""
