"""What analytics keeps of its own, as tables. Everything else is computed anew from what the slices hold."""

from __future__ import annotations
