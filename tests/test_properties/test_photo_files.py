"""Photos on disk. The numbers are those of the acceptance list, section U."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realty_cli.errors import NotFound, Unavailable
from realty_cli.properties.imaging import PreparedPhoto, prepare
from realty_cli.properties.photo_files import PhotoFiles

HOUR = timedelta(hours=1)
SERVER_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}(_320|_1024)?\.jpg")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="POSIX modes and signals")


def picture(shade: int = 0) -> PreparedPhoto:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 40)).point([(value + shade) % 256 for value in range(256)]).save(
        out, "PNG"
    )
    return prepare(out.getvalue())


PHOTO, OTHER = picture(), picture(60)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "photos"


@pytest.fixture
def files(root: Path) -> PhotoFiles:
    return PhotoFiles(root)


def now() -> datetime:
    return datetime.now(UTC)


def names(root: Path) -> set[str]:
    """Every file under the root but the lock."""
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    return found - {".lock"}


def own_names(photo: PreparedPhoto) -> set[str]:
    start = f"{photo.sha256[:2]}/{photo.sha256}"
    return {f"{start}.jpg", f"{start}_320.jpg", f"{start}_1024.jpg"}


def make_old(root: Path, by: timedelta = timedelta(days=2)) -> None:
    stamp = (now() - by).timestamp()
    for name in names(root):
        os.utime(root / name, (stamp, stamp))


def assert_whole(files: PhotoFiles, key: str) -> None:
    assert hashlib.sha256(files.open(key).read_bytes()).hexdigest() == key
    for size in (320, 1024):
        with Image.open(files.open(key, size)) as image:
            image.load()
            assert max(image.size) == size


def test_a_stored_photo_comes_back(files: PhotoFiles, root: Path) -> None:
    key = files.store(PHOTO)
    assert key == PHOTO.sha256
    assert files.open(key).read_bytes() == PHOTO.full
    for size, data in PHOTO.thumbnails.items():
        assert files.open(key, size).read_bytes() == data
    assert names(root) == own_names(PHOTO)


def test_the_same_photo_is_kept_once(files: PhotoFiles, root: Path) -> None:
    key = files.store(PHOTO)
    before = {name: (root / name).stat().st_ino for name in names(root)}
    assert files.store(PHOTO) == key
    assert {name: (root / name).stat().st_ino for name in names(root)} == before
    files.store(OTHER)
    assert names(root) == own_names(PHOTO) | own_names(OTHER)


def test_storing_again_mends_what_is_missing_or_torn(files: PhotoFiles) -> None:
    key = files.store(PHOTO)
    files.open(key, 320).unlink()
    files.open(key).write_bytes(b"torn")
    files.store(PHOTO)
    assert_whole(files, key)


@needs_posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(files: PhotoFiles, root: Path, umask: int) -> None:
    root.parent.mkdir()
    before = os.umask(umask)
    try:
        files.store(PHOTO)
        files.store(OTHER)
    finally:
        os.umask(before)
    for path in (root, *root.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


# --- 117: no name from outside becomes a path


EVIL_NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\win.ini",
    "..%2f..%2fetc%2fpasswd",
    "a\0b",
    "." * 300,
    "",
    ".",
    "..",
    ".lock",
    "a" * 63,
    "a" * 65,
    "A" * 64,
    "a" * 64 + "\n",
    "а" * 64,  # Cyrillic
    "../" * 20 + "aaaa",
    "a" * 61 + "/..",
]


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_117_file_name_traversal(files: PhotoFiles, root: Path, name: str) -> None:
    files.store(PHOTO)
    for act in (files.open, files.remove, lambda key: files.open(key, 320)):
        with pytest.raises(NotFound) as caught:
            act(name)
        assert caught.value.code == "photo.no_file"
    assert names(root) == own_names(PHOTO)


@given(name=st.text(max_size=80))
def test_117_no_text_but_a_key_is_a_path(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(NotFound):
        PhotoFiles(tmp_path_factory.getbasetemp()).open(name)


@pytest.mark.parametrize("size", [0, -1, 321, 65_536, 10**300])
def test_117_sizes_that_are_not_kept_are_not_found(files: PhotoFiles, size: int) -> None:
    key = files.store(PHOTO)
    with pytest.raises(NotFound):
        files.open(key, size)


def test_117_everything_stands_under_a_server_name(files: PhotoFiles, root: Path, tmp_path: Path) -> None:
    for photo in (PHOTO, OTHER):
        files.store(photo)
    assert all(SERVER_NAME.fullmatch(name) for name in names(root))
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(root) and path != root.parent]
    assert outside == []


@needs_posix
def test_117_a_link_planted_under_a_key_is_not_followed(files: PhotoFiles, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * len(PHOTO.full))
    link = root / PHOTO.sha256[:2] / f"{PHOTO.sha256}.jpg"
    link.parent.mkdir(parents=True)
    link.symlink_to(secret)
    with pytest.raises(NotFound):
        files.open(PHOTO.sha256)
    files.store(PHOTO)
    assert_whole(files, PHOTO.sha256)
    assert secret.read_bytes() == b"x" * len(PHOTO.full)


# --- taking away


def test_remove_takes_all_copies(files: PhotoFiles, root: Path) -> None:
    assert files.remove(PHOTO.sha256) == []
    key = files.store(PHOTO)
    files.store(OTHER)
    assert set(files.remove(key)) == own_names(PHOTO)
    assert names(root) == own_names(OTHER)
    assert files.remove(key) == []
    with pytest.raises(NotFound):
        files.open(key)


def test_sweep_takes_orphans_and_leftovers_and_nothing_else(files: PhotoFiles, root: Path) -> None:
    assert files.sweep(set(), HOUR, now()) == []
    files.store(PHOTO)
    files.store(OTHER)
    leftover = root / OTHER.sha256[:2] / f".{OTHER.sha256}_320.jpg.0123456789ab"
    leftover.write_bytes(b"half")
    foreign = {root / "README.txt", root / OTHER.sha256[:2] / "note.txt", root / "zz" / f"{OTHER.sha256}.jpg"}
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    assert files.sweep(set(), HOUR, now()) == []
    make_old(root)
    gone = files.sweep({PHOTO.sha256}, HOUR, now())
    assert gone == sorted(own_names(OTHER) | {leftover.relative_to(root).as_posix()})
    assert names(root) == own_names(PHOTO) | {path.relative_to(root).as_posix() for path in foreign}
    assert_whole(files, PHOTO.sha256)


def test_sweep_spares_what_is_young(files: PhotoFiles, root: Path) -> None:
    files.store(PHOTO)
    assert files.sweep(set(), HOUR, now() + timedelta(minutes=59)) == []
    assert set(files.sweep(set(), HOUR, now() + timedelta(minutes=61))) == own_names(PHOTO)
    files.store(PHOTO)
    make_old(root)
    files.open(PHOTO.sha256, 320).touch()  # one young copy protects the photo
    assert files.sweep(set(), HOUR, now()) == []


def test_sweep_asks_in_small_groups(files: PhotoFiles, root: Path) -> None:
    keys = {files.store(picture(shade)) for shade in range(0, 100, 20)}
    make_old(root)
    asked: list[str] = []

    def referenced(some: Collection[str]) -> set[str]:
        asked.extend(some)
        return set(some)

    assert files.sweep(referenced, HOUR, now()) == []
    assert sorted(asked) == sorted(keys)


def test_sweep_spares_a_photo_sent_again_meanwhile(files: PhotoFiles, root: Path) -> None:
    key = files.store(PHOTO)
    make_old(root)

    def nobody_yet(some: Collection[str]) -> set[str]:
        files.store(PHOTO)  # an upload that has not committed its row
        return set()

    assert files.sweep(nobody_yet, HOUR, now()) == []
    assert_whole(files, key)


def test_a_refusing_store_leaves_every_file(files: PhotoFiles, root: Path) -> None:
    files.store(PHOTO)
    make_old(root)

    def broken(some: Collection[str]) -> set[str]:
        raise Unavailable("store.busy")

    with pytest.raises(Unavailable):
        files.sweep(broken, HOUR, now())
    assert names(root) == own_names(PHOTO)


def test_many_threads_store_and_sweep(files: PhotoFiles, root: Path) -> None:
    files.store(PHOTO)
    failures: list[BaseException] = []
    done = threading.Event()

    def send() -> None:
        try:
            for _ in range(30):
                make_old(root)
                files.store(PHOTO)
                files.store(OTHER)
        except BaseException as problem:
            failures.append(problem)

    def sweep() -> None:
        try:
            while not done.is_set():
                files.sweep(set(), HOUR, now())
        except BaseException as problem:
            failures.append(problem)

    def make_old(folder: Path) -> None:
        for path in folder.rglob("*.jpg"):
            try:
                os.utime(path, (0, 0))
            except FileNotFoundError:
                continue

    sweeper, senders = threading.Thread(target=sweep), [threading.Thread(target=send) for _ in range(2)]
    for thread in (sweeper, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    done.set()
    sweeper.join()
    assert failures == []
    for photo in (PHOTO, OTHER):
        files.store(photo)
        assert_whole(files, photo.sha256)
    assert names(root) == own_names(PHOTO) | own_names(OTHER)


@needs_posix
@pytest.mark.parametrize("act", ["store", "sweep", "remove"])
def test_who_changes_files_waits_for_the_other_process(files: PhotoFiles, root: Path, act: str) -> None:
    import fcntl

    files.store(PHOTO)
    make_old(root)
    work = {
        "store": lambda: files.store(PHOTO),
        "sweep": lambda: files.sweep(set(), HOUR, now()),
        "remove": lambda: files.remove(PHOTO.sha256),
    }
    worker = threading.Thread(target=work[act])
    with (root / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        worker.start()
        worker.join(0.2)
        assert worker.is_alive()
        assert names(root) == own_names(PHOTO)
    worker.join()


# --- 127: killed while storing


STORE_THEN_WAIT = """
import sys
from pathlib import Path
from realty_cli.properties.imaging import prepare
from realty_cli.properties.photo_files import PhotoFiles

key = PhotoFiles(Path(sys.argv[1])).store(prepare(Path(sys.argv[2]).read_bytes()))
print(key, flush=True)
sys.stdin.read()
raise SystemExit("the row would be written here")
"""


@needs_posix
def test_127_killed_between_file_and_row(files: PhotoFiles, root: Path, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(PHOTO.full)
    command = [sys.executable, "-c", STORE_THEN_WAIT, str(root), str(upload)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        key = child.stdout.readline().strip()
        child.kill()
        assert child.wait() == -signal.SIGKILL
    assert_whole(files, key)  # no row refers to it
    assert files.sweep(set(), HOUR, now()) == []
    gone = files.sweep(set(), HOUR, now() + 2 * HOUR)
    assert len(gone) == 3
    assert names(root) == set()


# Each attempt runs in a child that dies, or whose disk refuses, at the n-th step on the way to a committed row.
EACH_STEP = """
import errno, os, pickle, signal, sqlite3, sys
from pathlib import Path
from realty_cli.errors import Unavailable
from realty_cli.properties.photo_files import PhotoFiles

how, folder = sys.argv[1], Path(sys.argv[2])
photo = pickle.loads((folder / "photo").read_bytes())
STEPS = {"open", "os.mkdir", "os.chmod", "os.rename", "os.utime"}


def attempt(place, step):
    count = 0

    def hook(event, args):
        nonlocal count
        if event in STEPS and str(place) in str(args[0]):
            count += 1
            if count == step and how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if count == step:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = sqlite3.connect(place / "rows.db")
    sys.addaudithook(hook)
    try:
        key = PhotoFiles(place / "photos").store(photo)
    except Unavailable as refused:
        print(refused.code, flush=True)
        return 9
    with store:
        store.execute("INSERT INTO photos VALUES (?)", (key,))
    return 0 if count < step else 5


step = 0
while True:
    step += 1
    place = folder / f"{step:03}"
    place.mkdir()
    with sqlite3.connect(place / "rows.db") as store:
        store.execute("CREATE TABLE photos (key TEXT NOT NULL)")
    child = os.fork()
    if child == 0:
        os._exit(attempt(place, step))
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
"""


def attempts(how: str, folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The folders of all attempts with the keys that their rows hold; the last attempt went through."""
    (folder / "photo").write_bytes(pickle.dumps(PHOTO))
    command = [sys.executable, "-W", "ignore", "-c", EACH_STEP, how, str(folder)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    places = sorted(path for path in folder.iterdir() if path.is_dir())
    assert len(places) > 10
    for place in places:
        store = sqlite3.connect(place / "rows.db")
        yield place, [key for (key,) in store.execute("SELECT key FROM photos")]
        store.close()


@needs_posix
@pytest.mark.parametrize("how", ["kill", "refuse"])
def test_127_no_step_leaves_a_row_without_files(how: str, tmp_path: Path) -> None:
    rows = 0
    for place, keys in attempts(how, tmp_path):
        root = place / "photos"
        files = PhotoFiles(root)
        rows += len(keys)
        for key in keys:
            assert_whole(files, key)
        for name in names(root) if root.exists() else ():
            if name.rpartition("/")[2].startswith("."):
                assert how == "kill"
            elif name.endswith(
                f"{PHOTO.sha256}.jpg"
            ):  # where the full picture stands it is whole, and so are the others
                assert_whole(files, PHOTO.sha256)
        files.sweep(set(keys), HOUR, now() + 2 * HOUR)
        assert (names(root) if root.exists() else set()) == (own_names(PHOTO) if keys else set())
        files.store(PHOTO)
        assert names(root) == own_names(PHOTO)
        assert_whole(files, PHOTO.sha256)
    assert rows >= 1


FILL_DISK = """
import pickle, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from realty_cli.errors import Unavailable
from realty_cli.properties.photo_files import PhotoFiles

root = Path(sys.argv[1]) / "photos"
try:
    PhotoFiles(root).store(pickle.loads(Path(sys.argv[2]).read_bytes()))
except Unavailable as refused:
    print(refused.code)
print(sorted(path.name for path in root.rglob(".*") if path.name != ".lock"))
PhotoFiles(root).sweep(set(), timedelta(0), datetime.now(UTC) + timedelta(hours=1))
print(sorted(path.name for path in root.rglob("*.jpg")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk of its own")
def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path: Path) -> None:
    disk, data = tmp_path / "disk", tmp_path / "photo"
    disk.mkdir()
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 90).save(out, "PNG")
    photo = prepare(out.getvalue())
    room = len(photo.thumbnails[320]) + len(photo.thumbnails[1024]) + len(photo.full) // 2
    data.write_bytes(pickle.dumps(photo))
    inside = 'mount -t tmpfs -o size="$0" none "$1" && shift && exec "$@"'
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside]
    try:
        subprocess.run([*mount, "64k", str(disk), "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount")
    command = [sys.executable, "-c", FILL_DISK, str(disk), str(data)]
    done = subprocess.run([*mount, str(room), str(disk), *command], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["disk.full", "[]", "[]"]


@needs_posix
def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("not a folder")
    with pytest.raises(Unavailable):
        PhotoFiles(tmp_path / "photos").store(PHOTO)
