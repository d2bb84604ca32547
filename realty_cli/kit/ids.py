"""Ids of whatever the store keeps."""

#: Largest id that a 64-bit key can hold.
MAX_ID = 2**63 - 1
