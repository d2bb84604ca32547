"""Reading and writing a listing's text without a network: facts, contradictions, what is missing, wording, a clean draft."""
