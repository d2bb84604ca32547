"""Clients, what they look for, and which listings match."""
