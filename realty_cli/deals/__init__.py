"""Deals from the first showing to the last payment."""
