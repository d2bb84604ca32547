"""What spans the slices: the log, undo, search over everything. Slices offer providers; `app.py` registers them."""
