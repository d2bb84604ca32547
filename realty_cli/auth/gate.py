"""The gate: everything about accounts that hashes a password, or that nobody is signed in for.

Its methods open and end their own transactions and may take a second: call them outside of one, and off an event loop.
"""

from __future__ import annotations

from realty_cli.auth.keeping import Keeping
from realty_cli.auth.proving import Proving
from realty_cli.auth.recovery import Recovery


class Gate(Proving, Recovery, Keeping):
    """Registering, signing in, renewing; resets and verification; what asks for the password again."""
