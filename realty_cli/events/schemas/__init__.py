"""Shapes of the calendar: what is sent, and what is answered."""
