"""Reading and writing a listing's text offline: facts, contradictions, what is missing, wording, a clean draft."""
