"""How the cells of any listing file are read: headers, notations, and one reader a field."""
