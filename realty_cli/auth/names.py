"""What accounts are called by: user names and e-mail addresses, and the forms under which each is unique."""

from __future__ import annotations

import re
import unicodedata

from realty_cli.errors import Invalid
from realty_cli.kit.lookalikes import mixes_alphabets

LONGEST_NAME = 60
LONGEST_EMAIL = 254
# The local part is ASCII on purpose: letters that fold into ASCII ones (a dotless ı) would make two addresses of one.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def name_key(username: str) -> str:
    """The form under which a name is unique: compatibility-normalised and case-folded."""
    return unicodedata.normalize("NFKC", username).casefold().strip()


def check_name(username: str) -> str:
    """The name as it is kept; raises `Invalid` for one that nobody may have."""
    name = unicodedata.normalize("NFC", username).strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid.one("username", "account.bad_name", least=1, most=LONGEST_NAME)
    if mixes_alphabets(name):
        raise Invalid.one("username", "account.mixed_alphabets")
    return name


def parse_email(text: str) -> tuple[str, str] | None:
    """The address as it is shown and the form under which it is unique; None for what is no address."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or len(address) > LONGEST_EMAIL or len(local) > 64 or not _LOCAL.fullmatch(local):
        return None
    host = ascii_domain(domain)
    return None if host is None else (f"{local}@{domain.lower()}", f"{local.lower()}@{host}")


def ascii_domain(domain: str) -> str | None:
    """The domain as mail servers write it (`xn--...` for letters outside ASCII), None for what is none."""
    if mixes_alphabets(domain.replace(".", " ")):
        return None
    try:
        host = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    good = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return host if good else None


def email_key(text: str) -> str | None:
    found = parse_email(text)
    return None if found is None else found[1]
