"""Letters that look alike across alphabets: two texts with one skeleton are hard to tell apart on a screen.

A part of Unicode's confusables (UTS 39): what Cyrillic, Greek and Latin share, in the shapes that a case-folded letter
has in either case (В looks like B, so в stands for b).
"""

from __future__ import annotations

import unicodedata

_TABLE = str.maketrans("авеікмнорстухјѕһԁԛԝıαβεικμνορτυχ", "abeikmhopctyxjshdqwiabeikuvoptux")


def skeleton(text: str) -> str:
    """What is left of a text when letters that look alike are written as one."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    return " ".join(folded.translate(_TABLE).split())


def mixes_alphabets(text: str) -> bool:
    """Whether some word is written in Latin and Cyrillic or Greek letters at once: `Аnna` with a Cyrillic А."""
    return any(len(_alphabets(word)) > 1 for word in text.split())


def _alphabets(word: str) -> set[str]:
    found = set()
    for letter in word:
        if letter.isalpha():
            script = unicodedata.name(letter, "").partition(" ")[0]
            if script in ("LATIN", "CYRILLIC", "GREEK"):
                found.add(script)
    return found
