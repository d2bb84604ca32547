"""Photos over HTTP (section U of the acceptance list): who sees them, what is taken, what is left of an attack."""

from __future__ import annotations

import gc
import io
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.test_api.inside import NO_TLS, Inside, P, codes, created, problem
from tests.test_properties.test_imaging import (
    animated_webp,
    assert_no_metadata,
    corners,
    encoded,
    exif_with_gps,
    flood_png,
    seen_corners,
)

UPLOAD = P + "/upload-photo"


def picture(shade: int = 0) -> bytes:
    return encoded(Image.new("RGB", (40, 30), (shade * 60, 255 - shade * 60, 100)), "PNG")


def upload(client: httpx.Client, data: bytes, listing: int | None = None, name: str = "kitchen.png") -> httpx.Response:
    fields = {} if listing is None else {"property_id": str(listing)}
    return client.post(UPLOAD, files={"file": (name, data)}, data=fields)


def hung(client: httpx.Client, listing: int, shade: int = 0) -> int:
    answer = upload(client, picture(shade), listing)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def kept(inside: Inside) -> list[Path]:
    return [path for path in inside.agency.realty.settings.photos_folder.rglob("*") if path.is_file()]


class TestPhotos:
    def test_they_come_in_order_and_go(self, inside: Inside) -> None:
        anna = inside.client()
        listing = created(anna)["id"]
        path = f"{P}/{listing}/photos"
        answer = upload(anna, picture(), listing)
        first = answer.json()
        assert answer.headers["location"] == f"{path}/{first['id']}"
        second, third = hung(anna, listing, 1), hung(anna, listing, 2)
        assert upload(anna, picture(), listing).json() == first, "the same picture is not added twice"
        assert anna.get(path).json()[0] == first
        ordered = anna.put(path + "/order", json={"order": [third, first["id"], second]}).json()
        assert [(one["id"], one["is_cover"]) for one in ordered] == [
            (third, True), (first["id"], False), (second, False),
        ]  # fmt: skip
        assert anna.get(f"{P}/{listing}").json()["photos"] == ordered
        for wrong in ([], [third], [third, third, second], [third, second, first["id"], 10**9]):
            assert codes(problem(anna.put(path + "/order", json={"order": wrong}), 422)) == {"order": "photo.order"}
        assert anna.delete(f"{path}/{third}").status_code == 204
        problem(anna.get(f"{path}/{third}"), 404, "photo.not_found")
        assert [one["position"] for one in anna.get(path).json()] == [0, 1]

    def test_a_picture_is_served_to_be_kept_by_its_asker_alone(self, inside: Inside) -> None:
        anna = inside.client()
        listing = created(anna)["id"]
        photo = upload(anna, encoded(corners(2000, 1500)), listing).json()
        path = f"{P}/{listing}/photos/{photo['id']}"
        whole = anna.get(path)
        assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (
            200, "image/jpeg", photo["bytes"],
        )  # fmt: skip
        assert "private" in whole.headers["cache-control"]
        assert "Authorization" in whole.headers["vary"]
        assert Image.open(io.BytesIO(whole.content)).size == (photo["width"], photo["height"]) == (2000, 1500)
        for side in (320, 1024):
            small = anna.get(path, params={"size": side})
            assert max(Image.open(io.BytesIO(small.content)).size) == side
            assert small.headers["etag"] != whole.headers["etag"]
        problem(anna.get(path, params={"size": 77}), 422)
        again = anna.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert anna.get(f"{P}/photos/{photo['id']}").content == whole.content

    def test_a_loose_photo_joins_the_listing_that_names_it(self, inside: Inside) -> None:
        anna, boris = inside.client(), inside.client("boris")
        answer = upload(boris, picture())
        loose = answer.json()
        assert (answer.status_code, "location" in answer.headers) == (201, False)
        assert boris.get(f"{P}/photos/{loose['id']}").status_code == 200
        listing = created(boris)["id"]
        problem(boris.get(f"{P}/{listing}/photos/{loose['id']}"), 404)
        foreign = created(anna)["id"]
        problem(anna.put(f"{P}/{foreign}/photos/order", json={"order": [loose["id"]]}), 422)
        joined = boris.put(f"{P}/{listing}/photos/order", json={"order": [loose["id"]]})
        assert [one["id"] for one in joined.json()] == [loose["id"]]
        assert boris.get(f"{P}/{listing}/photos/{loose['id']}").status_code == 200

    def test_a_repeated_upload_gives_the_first_answer(self, inside: Inside) -> None:
        anna = inside.client(**{"Idempotency-Key": "p1"})
        listing = inside.client().get(P).json()["items"] or [created(inside.client())]
        first, again = (upload(anna, picture(), listing[0]["id"]) for _ in range(2))
        assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
        problem(upload(anna, picture(1), listing[0]["id"]), 409, "idempotency.other_request")

    def test_a_listing_is_not_endless(self, inside: Inside) -> None:
        anna = inside.client()
        listing = created(anna)["id"]
        most = inside.agency.realty.settings.photo_max_count
        for shade in range(most):
            data = encoded(Image.new("RGB", (8, 8), (shade * 4, 10, 200)), "PNG")
            assert upload(anna, data, listing).status_code == 201
        problem(upload(anna, picture(), listing), 409, "photo.too_many")


def test_29_nobody_reaches_a_photo_by_guess(inside: Inside) -> None:
    anna, boris, nobody = inside.client(), inside.client("boris"), inside.client(None)
    listing, his = created(anna)["id"], created(boris)["id"]
    photo = hung(anna, listing)
    before = anna.get(f"{P}/{listing}").json()
    problem(upload(boris, picture(1), listing), 404, "property.not_found")
    for path in (f"{P}/{listing}/photos/{photo}", f"{P}/{his}/photos/{photo}", f"{P}/photos/{photo}"):
        problem(boris.get(path), 404)
        problem(boris.get(path, params={"size": 320}), 404)
        problem(boris.get(path, headers={"If-None-Match": "*"}), 404)
        problem(nobody.get(path), 401)
    problem(boris.delete(f"{P}/{listing}/photos/{photo}"), 404)
    problem(boris.delete(f"{P}/{his}/photos/{photo}"), 404)
    problem(boris.put(f"{P}/{his}/photos/order", json={"order": [photo]}), 422)
    assert anna.get(f"{P}/{listing}").json() == before


@pytest.mark.parametrize(
    "name",
    ["../../evil.jpg", "/etc/cron.d/evil.jpg", "..\\..\\evil.jpg", "a\x00.jpg", "." * 300 + "jpg", "evil.php",
     "x.jpg\r\nX-Injected: 1", "con.jpg", "", "%2e%2e%2fevil.jpg", "\u202egpj.exe"],
)  # fmt: skip
def test_117_114_names_never_become_paths_or_headers(inside_sqlite: Inside, name: str) -> None:
    anna = inside_sqlite.client()
    home = inside_sqlite.agency.realty.settings.home
    listing = created(anna)["id"]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n'
        + picture() + b'\r\n--x\r\nContent-Disposition: form-data; name="property_id"\r\n\r\n'
        + str(listing).encode() + b"\r\n--x--\r\n"
    )  # fmt: skip
    answer = anna.post(UPLOAD, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code in (201, 422), answer.text
    assert "x-injected" not in answer.headers
    assert {path.suffix for path in kept(inside_sqlite)} <= {".jpg", ""}
    assert not [path for path in home.parent.rglob("*") if "evil" in path.name or "con.jpg" in path.name]


ODD: dict[str, bytes] = {
    "html": b"<!DOCTYPE html><script>alert(1)</script>", "program": b"MZ\x90\0" + bytes(600),
    "shell": b"#!/bin/sh\nrm -rf /\n", "php": b"<?php system($_GET['c']); ?>", "empty": b"", "gif text": b"GIF89a",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a mark": b'\xef\xbb\xbf<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg behind spaces": b"   \n<svg><image href='file:///etc/passwd'/></svg>",
    "pdf": b"%PDF-1.7\n", "zip": b"PK\x03\x04" + bytes(600), "tiff": encoded(corners(), "TIFF"),
    "gif": encoded(corners(), "GIF"), "bmp": encoded(corners(), "BMP"), "frames": animated_webp(500),
    "cut 10": encoded(corners())[:10], "cut 100": encoded(corners())[:100], "cut 300": encoded(corners())[:300],
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_118_119_122_what_is_no_picture(inside_sqlite: Inside, kind: str) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    for name in ("photo.jpg", "photo.php", "photo.html"):
        body = problem(upload(anna, ODD[kind], listing, name), 422)
        assert codes(body)["file"].startswith("photo.")
    assert anna.get(f"{P}/{listing}/photos").json() == []
    assert kept(inside_sqlite) == []


def test_120_the_tail_of_a_polyglot_is_gone(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    photo = upload(anna, encoded(corners()) + b"<script>EVIL</script>PK\x03\x04EVIL", listing).json()["id"]
    for size in (None, 320, 1024):
        data = anna.get(f"{P}/{listing}/photos/{photo}", params={"size": size} if size else None).content
        assert b"EVIL" not in data
        assert data.endswith(b"\xff\xd9")


def test_121_a_flood_of_pixels_is_refused_by_its_header(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    assert codes(problem(upload(anna, flood_png(), listing), 422)) == {"file": "photo.too_many_pixels"}


def test_123_place_and_camera_are_gone_and_the_picture_upright(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    data = encoded(corners(), exif=exif_with_gps(orientation=6))
    photo = upload(anna, data, listing).json()["id"]
    for size in (None, 320):
        shown = anna.get(f"{P}/{listing}/photos/{photo}", params={"size": size} if size else None).content
        assert_no_metadata(shown)
        assert seen_corners(shown) == "BRGW"


class TestForms:
    """124: parts and fields are counted, sizes bounded."""

    def test_124_a_file_that_is_too_large(self, inside_sqlite: Inside) -> None:
        anna = inside_sqlite.client()
        problem(upload(anna, b"\xff\xd8\xff" + os.urandom(26 << 20), created(anna)["id"]), 422)
        assert kept(inside_sqlite) == []

    @pytest.mark.parametrize(
        "parts",
        [3_000 * [("x", "1")], [("property_id", "1"), ("property_id", "2")], [("property_id", "x" * 100_000)],
         [("owner_id", "1")], [("property_id", "0")], [("property_id", "-1")], [("property_id", str(2**63))]],
        ids=lambda parts: f"{len(parts)} {parts[0][0]} {parts[0][1][:5]}",
    )  # fmt: skip
    def test_124_odd_parts(self, inside_sqlite: Inside, parts: list[tuple[str, str]]) -> None:
        anna = inside_sqlite.client()
        files = [("file", ("a.png", picture())), *((name, (None, value)) for name, value in parts)]
        problem(anna.post(UPLOAD, files=files), 422)
        assert kept(inside_sqlite) == []

    @pytest.mark.parametrize(
        "body",
        [b"", b"--x--", b"--x\r\n", b"garbage", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
         b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n',
         b'--x\r\nContent-Disposition: form-data; name="property_id"; filename="a"\r\n\r\n1\r\n--x--\r\n',
         b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nX: ' + b"y" * 100_000 + b"\r\n\r\n"],
        ids=lambda body: body[:60],
    )  # fmt: skip
    def test_124_forms_that_are_none(self, inside_sqlite: Inside, body: bytes) -> None:
        anna = inside_sqlite.client()
        for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=",
                     "multipart/form-data; boundary=x; charset=zlib"):  # fmt: skip
            assert anna.post(UPLOAD, content=body, headers={"Content-Type": kind}).status_code in (400, 422)


@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fetc/passwd", "../../../etc/passwd", "..%5c..%5cetc%5cpasswd", "%2e%2e/%2e%2e/realty.db", "1%00.jpg",
     "....//....//etc/passwd", "1/../../realty.db", "ab/abcdef.jpg"],
)  # fmt: skip
def test_125_no_path_leads_out(inside_sqlite: Inside, path: str) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    hung(anna, listing)
    for start in (f"{P}/{listing}/photos/", f"{P}/photos/"):
        with socket.create_connection(("127.0.0.1", inside_sqlite.port)) as raw:  # past the client, which would tidy it
            token = anna.headers["authorization"]
            raw.sendall(
                f"GET {start}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n"
                "Connection: close\r\n\r\n".encode("latin-1")
            )
            answer = b"".join(iter(lambda: raw.recv(65_536), b""))
        assert answer.split(b" ", 2)[1] in (b"404", b"405", b"422"), answer[:200]
        assert b"root:" not in answer


def test_126_thousands_of_ranges_cost_nothing(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    path = f"{P}/{listing}/photos/{hung(anna, listing)}"
    whole = anna.get(path)
    assert whole.headers["accept-ranges"] == "none"
    many = "bytes=" + ",".join(f"{n}-" for n in range(12_000))
    for ranges in ("bytes=0-10", "bytes=0-,0-,0-,0-", many[:60_000], "bytes=5-1", "lines=1"):
        answer = anna.get(path, headers={"Range": ranges})
        assert answer.status_code in (200, 431), answer.status_code
        assert answer.status_code == 431 or answer.content == whole.content


def test_213_half_an_upload_leaves_nothing(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    data = picture()
    before = set(open_files())
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {anna.headers['authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000000\r\n\r\n"
        f'--x\r\nContent-Disposition: form-data; name="property_id"\r\n\r\n{listing}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    ).encode()
    for more in (data[:200], data + bytes(3_000_000)):
        with socket.create_connection(("127.0.0.1", inside_sqlite.port)) as raw:
            raw.sendall(head + more)
    assert anna.get(f"{P}/{listing}/photos").json() == []
    assert kept(inside_sqlite) == []
    if Path("/proc/self/fd").exists():
        for _ in range(200):
            if set(open_files()) <= before:
                break
            gc.collect()  # who left took along the frames that hold its file
            threading.Event().wait(0.02)
        assert set(open_files()) <= before
    assert hung(anna, listing)


def open_files() -> Iterator[str]:
    """Files of this process that have no name any more: what is left of uploads."""
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = entry.readlink()
        except OSError:
            continue
        if "(deleted)" in str(target) and "/tmp" in str(target) and "pytest" not in str(target):
            yield str(target)


def test_many_uploads_at_once_are_all_taken(inside_sqlite: Inside) -> None:
    anna = inside_sqlite.client()
    listing = created(anna)["id"]
    answers: list[int] = []

    def send(shade: int) -> None:
        with httpx.Client(base_url=inside_sqlite.url, headers=dict(anna.headers), timeout=30, verify=NO_TLS) as own:
            data = encoded(corners(400 + shade, 300))
            answers.append(upload(own, data, listing).status_code)

    threads = [threading.Thread(target=send, args=(shade,)) for shade in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert answers == [201] * 12
    assert [one["position"] for one in anna.get(f"{P}/{listing}/photos").json()] == list(range(12))
