"""The one Django app that Django Ninja and DRF both serve."""
