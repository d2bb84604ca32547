"""The shapes of deals and of what hangs on them."""
