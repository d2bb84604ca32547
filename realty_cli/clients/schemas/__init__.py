"""Clients, leads, interactions and enquiries as they come in and go out."""
