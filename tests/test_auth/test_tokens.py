"""Access tokens: only ours, only whole, only while they live (items 1 to 10, 17, 19, 22, 23)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from realty_cli.auth import tokens
from realty_cli.auth.signing import KeyRing, refuse_weak
from realty_cli.errors import Invalid, NotFound, NotSignedIn, RealtyError, Unavailable
from tests.command import Command
from tests.conftest import Agency, HandClock
from tests.test_auth.people import HOME, Person, signed_in

TUTORIAL_SECRETS = (
    "secret", "your-256-bit-secret", "changeme", "mysecret", "supersecretkey", "SECRET_KEY", "jwt_secret", "password",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "django-insecure", "test", "key", "dev",
    "your-secret-key", "shhhhh", "keyboard cat", "qwerty", "admin", "token", "0123456789abcdef0123456789abcdef",
)  # fmt: skip


@pytest.fixture
def anna(sqlite_agency: Agency) -> Person:
    return signed_in(sqlite_agency, "agent1")


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, body, signature = token.split(".")
    return json.loads(unpadded(head)), json.loads(unpadded(body)), signature


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def refused(person: Person, token: str) -> str:
    with pytest.raises(NotSignedIn) as error:
        person.actor(token)
    return error.value.code


def key_of(person: Person) -> tuple[str, bytes]:
    key = person.agency.realty.keys.current()
    return key.kid, key.secret


def minted(person: Person, claims: dict[str, Any], **header: Any) -> str:
    kid, secret = key_of(person)
    return jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "at+jwt", "kid": kid, **header})


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signed", [True, False])
def test_01_no_algorithm(anna: Person, name: str, signed: bool) -> None:
    head, body, signature = parts(anna.access)
    token = f"{encoded({**head, 'alg': name})}.{encoded(body)}.{signature if signed else ''}"
    assert refused(anna, token) == "token.invalid"


@pytest.mark.parametrize("name", ["RS256", "ES256", "PS256", "EdDSA", "HS384", "HS512", "hs256"])
def test_02_another_algorithm(anna: Person, name: str) -> None:
    head, body, _ = parts(anna.access)
    signing = f"{encoded({**head, 'alg': name})}.{encoded(body)}"
    for key in (key_of(anna)[1], b"-----BEGIN PUBLIC KEY-----"):
        for digest in (hashlib.sha256, hashlib.sha384, hashlib.sha512):
            signature = encoded(hmac.new(key, signing.encode(), digest).digest())
            assert refused(anna, f"{signing}.{signature}") == "token.invalid"


@pytest.mark.parametrize("change", [{"sub": "1"}, {"sid": 1}, {"exp": 4_000_000_000}, {"role": "admin"}, {"aud": "x"}])
def test_03_tampered_payload(anna: Person, change: dict[str, Any]) -> None:
    head, body, signature = parts(anna.access)
    assert refused(anna, f"{encoded(head)}.{encoded({**body, **change, 'jti': 'x'})}.{signature}") == "token.invalid"


@given(data=st.data())
def test_03_any_character_changed(data: st.DataObject) -> None:
    """A token with one character changed is no token, wherever it is."""
    now = datetime(2026, 3, 10, tzinfo=UTC)
    secret = bytes(range(48))
    token = tokens.mint("k1", secret, 7, 9, now, 30)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCdef0189-_.=é"))
    changed = token[:place] + letter + token[place + 1 :]
    assume(changed != token)
    assert tokens.verify(token, {"k1": secret}.get, now) == tokens.Verified(7, 9, int(now.timestamp()) + 1800)
    with pytest.raises(NotSignedIn):
        tokens.verify(changed, {"k1": secret}.get, now)


@pytest.mark.parametrize("secret", TUTORIAL_SECRETS)
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_04_well_known_secrets(anna: Person, secret: str) -> None:
    head, body, _ = parts(anna.access)
    token = jwt.encode(body, secret, algorithm="HS256", headers={"typ": head["typ"], "kid": head["kid"]})
    assert refused(anna, token) == "token.invalid"


def test_04_the_secret_is_made_at_the_first_start(anna: Person) -> None:
    path = anna.agency.realty.settings.keys_path
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key_of(anna)[1]) >= 32


def test_05_expired_token(anna: Person) -> None:
    life = parts(anna.access)[1]["exp"] - parts(anna.access)[1]["iat"]
    assert life <= 3_600
    anna.agency.clock.advance(seconds=life - 1)
    anna.actor()
    anna.agency.clock.advance(seconds=2)
    assert refused(anna, anna.access) == "token.expired"  # remembered as good before
    fresh = KeyRing(anna.agency.realty.settings.keys_path, anna.agency.clock)
    with pytest.raises(NotSignedIn) as error:
        anna.agency.clock.advance(seconds=60)
        tokens.verify(anna.access, fresh.secret_of, anna.agency.clock.now())
    assert error.value.code == "token.expired"


def test_06_refresh_used_as_access(anna: Person) -> None:
    assert refused(anna, anna.refresh) == "token.invalid"


def test_07_access_used_as_refresh(anna: Person) -> None:
    with pytest.raises(NotSignedIn) as error:
        anna.gate.refresh(anna.access, HOME)
    assert error.value.code == "refresh.refused"
    anna.actor()


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "aud": {"aud": "realty"}, "aud list": {"aud": ["realty-api"]}, "aud of several": {"aud": ["realty-api", "x"]},
    "iss": {"iss": "realt"}, "iss longer": {"iss": "realty-api"}, "iss list": {"iss": ["realty"]},
    "sub int": {"sub": 2}, "sub text": {"sub": "x"}, "sub other digits": {"sub": "٢"}, "sub negative": {"sub": "-2"},
    "sid text": {"sid": "1"}, "sid bool": {"sid": True}, "sid float": {"sid": 1.0}, "sid negative": {"sid": -1},
    "sid huge": {"sid": 2**64}, "exp text": {"exp": "4000000000"}, "exp float": {"exp": 4e9},
    "iat in the future": {"iat": 4_000_000_000, "exp": 4_000_000_900}, "jti int": {"jti": 5}, "more": {"role": "admin"},
    "nbf": {"nbf": 0},
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_08_wrong_claims(anna: Person, change: dict[str, Any]) -> None:
    _, body, _ = parts(anna.access)
    if not isinstance(change.get("sub", ""), str) or isinstance(change.get("iss", ""), list):
        kid, secret = key_of(anna)
        signing = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{encoded({**body, **change})}"
        token = f"{signing}.{encoded(hmac.new(secret, signing.encode(), hashlib.sha256).digest())}"
    else:
        token = minted(anna, {**body, **change})
    assert refused(anna, token) == "token.invalid"


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "sid", "jti", "iat", "exp"])
def test_08_missing_claims(anna: Person, missing: str) -> None:
    _, body, _ = parts(anna.access)
    del body[missing]
    assert refused(anna, minted(anna, body)) == "token.invalid"


@pytest.mark.parametrize("kind", ["JWT", "jwt", "", "rt+jwt", "AT+JWT"])
def test_08_wrong_type(anna: Person, kind: str) -> None:
    assert refused(anna, minted(anna, parts(anna.access)[1], typ=kind)) == "token.invalid"


@pytest.mark.parametrize(
    "header",
    [{"kid": "../../dev/null"}, {"kid": "' OR 1=1 --"}, {"kid": ""}, {"kid": "0" * 12}, {"jku": "http://127.0.0.1:9/k"},
     {"x5u": "http://127.0.0.1:9/c"}, {"jwk": {"kty": "oct", "k": "AAAA"}}, {"x5c": ["AAAA"]}],
    ids=str,
)  # fmt: skip
def test_09_keys_named_by_the_token(anna: Person, header: dict[str, Any]) -> None:
    assert refused(anna, minted(anna, parts(anna.access)[1], **header)) == "token.invalid"


def test_10_unknown_crit(anna: Person) -> None:
    assert refused(anna, minted(anna, parts(anna.access)[1], crit=["x"], x=1)) == "token.invalid"


def test_17_nothing_personal_in_the_token(anna: Person) -> None:
    head, body, _ = parts(anna.access)
    assert set(head) == {"alg", "typ", "kid"}
    assert set(body) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}
    told = json.dumps([head, body])
    assert not any(word in told for word in ("agent1", "example.com", "admin", "agent", "$2b$"))


GARBAGE = (
    "", ".", "..", "...", "a.b.c", "Bearer x", "é" * 50, "\x00", "e" * 20_000, "eyJ.eyJ.sig", "null", "[]",
    "rk_", "rt_", "{}", "e30.e30.", "W10.W10.W10",
)  # fmt: skip


@pytest.mark.parametrize("credential", GARBAGE, ids=lambda text: repr(text[:12]))
def test_19_garbage(anna: Person, credential: str) -> None:
    for header in ("bearer", "key"):
        with anna.agency.realty.transaction() as db, pytest.raises(NotSignedIn):
            anna.agency.realty.access.identify(db, credential, header=header)  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_19_any_text(text: str) -> None:
    with pytest.raises(NotSignedIn):
        tokens.verify(text, lambda kid: b"k" * 32, datetime(2026, 3, 10, tzinfo=UTC))


class TestRotation:
    def test_22_old_tokens_live_until_they_expire(self, anna: Person) -> None:
        keys = anna.agency.realty.keys
        old = keys.current().kid
        new = keys.rotate()
        assert new != old
        anna.actor()
        fresh = anna.agency.realty.gate.login("agent1", "password123", HOME)["access_token"]
        assert parts(fresh)[0]["kid"] == new
        anna.actor(fresh)

    def test_22_a_removed_key_is_refused_at_once(self, anna: Person) -> None:
        keys = anna.agency.realty.keys
        old = keys.current().kid
        keys.rotate()
        anna.actor()
        keys.remove(old)
        assert refused(anna, anna.access) == "token.invalid"

    def test_22_another_process_rotates(self, anna: Person) -> None:
        """What a command does to the file, a server that runs sees."""
        anna.actor()
        path = anna.agency.realty.settings.keys_path
        other = KeyRing(path, anna.agency.clock)
        old = other.current().kid
        new = other.rotate()
        assert anna.agency.realty.keys.current().kid == new
        anna.actor()
        other.remove(old)
        assert refused(anna, anna.access) == "token.invalid"

    def test_22_retired_keys_are_dropped_in_time(self, tmp_path: Path) -> None:
        clock = HandClock()
        keys = KeyRing(tmp_path / "keys.json", clock)
        first = keys.current().kid
        second = keys.rotate()
        assert [one["kid"] for one in keys.listing()] == [first, second]
        clock.advance(hours=2)
        third = keys.rotate()
        assert [one["kid"] for one in keys.listing()] == [second, third]
        assert not any("secret" in one for one in keys.listing())

    def test_22_the_key_that_signs_is_not_removed(self, tmp_path: Path) -> None:
        keys = KeyRing(tmp_path / "keys.json", HandClock())
        with pytest.raises(RealtyError, match=r"signing\.in_use"):
            keys.remove(keys.current().kid)
        with pytest.raises(NotFound):
            keys.remove("nobody")

    def test_22_other_secrets_of_the_file_stay(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        keys = KeyRing(path, HandClock())
        keys.current()
        path.write_text(json.dumps({**json.loads(path.read_text()), "telegram_bot_token": "1:a"}))
        keys.rotate()
        assert keys.secret("telegram_bot_token") == "1:a"
        assert keys.secret("nothing") == ""

    @pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', "[]", '{"keys": [{"kid": "a"}]}', "\x00"])
    def test_22_a_damaged_file_is_not_replaced(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "keys.json"
        path.write_text(text)
        with pytest.raises(Unavailable, match=r"signing\.unreadable"):
            KeyRing(path, HandClock()).current()
        assert path.read_text() == text


WEAK = {
    "secret": "signing.too_short", "": None, "x" * 31: "signing.too_short", "a" * 64: "signing.monotonous",
    "abababababababababababababababababab": "signing.monotonous",
    "this-is-my-secret-key-and-it-is-long-enough": "signing.well_known",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7": "signing.well_known",
    "ChangeMe-ChangeMe-ChangeMe-ChangeMe-12": "signing.well_known",
}  # fmt: skip


@pytest.mark.parametrize(("secret", "code"), [(one, code) for one, code in WEAK.items() if code])
def test_23_weak_secrets(tmp_path: Path, secret: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        KeyRing(tmp_path / "keys.json", HandClock(), secret)
    assert error.value.fields[0].code == code
    assert secret not in str(error.value)
    assert secret not in repr(error.value.fields)


def test_23_a_good_secret_serves_all_servers(tmp_path: Path) -> None:
    secret = "J7vQ2mLx9Rk4TzB1nWc8YpHs5dGf3aEu0oiP"
    refuse_weak(secret)
    one, two = (KeyRing(tmp_path / str(n), HandClock(), secret) for n in (1, 2))
    now = HandClock().now()
    token = tokens.mint(one.current().kid, one.current().secret, 1, 1, now, 30)
    assert tokens.verify(token, two.secret_of, now).account_id == 1
    assert not (tmp_path / "1").exists()
    with pytest.raises(RealtyError, match=r"signing\.from_environment"):
        one.rotate()


def test_23_the_server_does_not_start(home: Path) -> None:
    ran = Command(home)("serve", "--port", "0", code=2, env={"REALTY_SECRET_KEY": "tooweakx"})
    assert "tooweakx" not in ran.out + ran.err
    assert "32" in ran.err
