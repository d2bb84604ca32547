"""What every slice stands on and what knows no slice: time, money, language, the caller."""
