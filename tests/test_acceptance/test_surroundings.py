"""Odd surroundings (items 202, 203, 215 to 219): signals, locales, pipes, closed streams, no home.

The rule of signals: Ctrl-C ends with 130, SIGTERM with 143, a terminal that goes away (SIGHUP) with 129. In each case
what is not committed is rolled back, an import keeps whole batches, temporary files go. SIGQUIT and SIGKILL end at
once, and what they leave is swept by `realty db check`.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command import Command, Ran
from tests.test_acceptance.faults import Forge, bound_by_modes, ids, times
from tests.test_acceptance.terminals import Terminal
from tests.test_acceptance.test_disk_faults import ADD, listings_file

ROWS = 8_000
BATCH = 100
MANY = 1_500


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return listings_file(tmp_path_factory.mktemp("rows") / "listings.csv", ROWS)


@pytest.fixture(scope="module")
def many_template(tmp_path_factory: pytest.TempPathFactory, forge: Forge, sqlite_template: Path) -> Path:
    """A home with listings whose answers and copies take a while, made once."""
    home = tmp_path_factory.mktemp("many") / "home"
    shutil.copytree(sqlite_template, home)
    assert forge.run("write", home, count=MANY) == 0
    return home


@pytest.fixture
def many(realty_command: Command, home: Path, many_template: Path) -> Command:
    for path in many_template.glob("realty.db*"):
        shutil.copy(path, home / path.name)
    return realty_command


def _importing(command: Command, file: Path, *words: str) -> subprocess.Popen[bytes]:
    return command.start("properties", "import", file, *words, env={"REALTY_IMPORT_BATCH": str(BATCH)})


def _until_some_are_stored(process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait for the first commit of an import."""
    from realty_cli.store import driver

    connection = driver.sqlite.connect(f"file:{home / 'realty.db'}?mode=ro", uri=True)
    try:
        while process.poll() is None:
            if connection.execute("SELECT count(*) FROM properties").fetchone()[0]:
                return
    finally:
        connection.close()


# 202, 203: signals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
def test_202_203_an_import_that_is_told_to_end_keeps_whole_batches(
    realty_command: Command, home: Path, rows: Path, sent: signal.Signals, code: int
) -> None:
    process = _importing(realty_command, rows)
    _until_some_are_stored(process, home)
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert b"Traceback" not in err
    stored = len(ids(home / "realty.db"))
    assert 0 < stored < ROWS
    assert stored % BATCH == 0
    if sent == signal.SIGINT:
        assert f"{stored} rows are kept" in err.decode()
    realty_command("properties", "import", rows)
    assert len(ids(home / "realty.db")) == ROWS


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("words", [("--atomic",), ("--dry-run",)], ids=["atomic", "dry run"])
def test_202_an_import_all_or_nothing_keeps_nothing(
    realty_command: Command, home: Path, rows: Path, sent: signal.Signals, words: tuple[str, ...]
) -> None:
    chance = random.Random(202)
    fresh = (home / "realty.db").read_bytes()
    for _ in range(times(2, 20)):
        process = _importing(realty_command, rows, *words)
        time.sleep(chance.uniform(0.5, 0.9))
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
        assert b"Traceback" not in err
        assert process.returncode in (0, 130, 143, -sent)  # the last one before our first line
        stored = len(ids(home / "realty.db"))
        # A signal may also come between the commit and the end of the process.
        assert stored in ((0, ROWS) if words == ("--atomic",) else (0,))
        assert stored or process.returncode or words == ("--dry-run",)
        for end in ("-wal", "-shm"):
            (home / f"realty.db{end}").unlink(missing_ok=True)
        (home / "realty.db").write_bytes(fresh)


def test_202_twice_at_any_moment_from_the_first_import_on(realty_command: Command, forge: Forge, home: Path) -> None:
    """Ctrl-C during `list`, at moments from the start of our code to its end, and once more at once."""
    assert forge.run("write", home, count=5) == 0
    chance = random.Random(2020)
    codes = set()
    for number in range(times(12, 300)):
        process = realty_command.start("properties", "list")
        time.sleep(0.06 + chance.uniform(0, 0.3))
        for _ in range(1 + number % 2):
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        # What comes before our first line is the interpreter's.
        if b"Traceback" in err and b"realty_cli/cli" not in err:
            continue
        assert b"Traceback" not in err, err
        # Interrupted within the `exec` of a library that it imports (dataclasses do that), CPython ends by the signal
        # in place of our code, whatever was caught since; a shell says 130 to both.
        assert process.returncode in (0, 130, -signal.SIGINT), err
        assert err in (b"", b"Interrupted.\n")
        codes.add(process.returncode)
        assert out == b"" or out.count(b"\n") == 5
    assert codes


def test_202_a_statement_that_never_ends_is_left(realty_command: Command, forge: Forge, home: Path) -> None:
    """SQLite does not listen to signals by itself."""
    from realty_cli.store import driver

    assert forge.run("write", home, count=1) == 0
    connection = driver.sqlite.connect(str(home / "realty.db"), isolation_level=None)
    connection.execute("ALTER TABLE properties RENAME TO was")
    connection.execute(
        "CREATE VIEW properties AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT was.* FROM was, n WHERE n.i < 0"
    )
    connection.close()
    for sent, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        process = realty_command.start("properties", "list")
        time.sleep(1.5)
        assert process.poll() is None
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (130, code)
        assert b"Traceback" not in err


@pytest.mark.parametrize("keys", [b"\x03", b"\x04", b"n\n", b"\n"], ids=["ctrl-c", "ctrl-d", "no", "enter"])
def test_202_at_a_prompt(realty_command: Command, forge: Forge, home: Path, keys: bytes) -> None:
    assert forge.run("write", home, count=1) == 0
    terminal = Terminal([*realty_command.line, "properties", "delete", "1"], realty_command.environment())
    terminal.wait_for("[y/N]")
    terminal.type(keys)
    assert terminal.end() == (130 if keys == b"\x03" else 1)
    assert b"Traceback" not in terminal.seen
    assert realty_command("properties", "list", "--json").json()["total"] == 1
    terminal = Terminal([*realty_command.line, "properties", "add"], realty_command.environment())
    terminal.wait_for(": ")
    terminal.type(b"\x03")
    assert terminal.end() == 130
    assert b"Traceback" not in terminal.seen


def test_203_a_terminal_that_goes_away_ends_the_command(
    realty_command: Command, forge: Forge, home: Path, tmp_path: Path
) -> None:
    assert forge.run("write", home, count=1) == 0
    environment = realty_command.environment(REALTY_IMPORT_BATCH=str(BATCH))
    at_prompt = Terminal([*realty_command.line, "properties", "delete", "1"], environment)
    at_prompt.wait_for("[y/N]")
    at_prompt.hang_up()
    assert at_prompt.end() in (129, -signal.SIGHUP, 1)
    file = listings_file(tmp_path / "many.csv", 20_000)
    at_work = Terminal([*realty_command.line, "properties", "import", file], environment)
    at_work.wait_for("many.csv")
    at_work.hang_up()
    assert at_work.end() in (129, -signal.SIGHUP, 9)
    assert (len(ids(home / "realty.db")) - 1) % BATCH == 0
    assert realty_command("properties", "list", "--json", "--limit", "1").json()["total"] >= 1
    _nobody_is_left(home)


def _nobody_is_left(home: Path) -> None:
    """No process works on for a home whose command has ended."""
    mark = f"REALTY_HOME={home}".encode()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        left = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    left.append(process.name)
            except OSError:
                continue
        if not left:
            return
        time.sleep(0.05)
    pytest.fail(f"still at work: {left}")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are told apart by /proc")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGQUIT, signal.SIGTERM])
def test_203_no_process_outlives_its_command(
    realty_command: Command, home: Path, rows: Path, sent: signal.Signals
) -> None:
    process = _importing(realty_command, rows)
    _until_some_are_stored(process, home)
    process.send_signal(sent)
    process.communicate(timeout=60)
    _nobody_is_left(home)
    assert len(ids(home / "realty.db")) % BATCH == 0


def test_203_under_nohup_a_command_goes_on(realty_command: Command, home: Path, rows: Path) -> None:
    nohup = shutil.which("nohup")
    if nohup is None:
        pytest.skip("there is no nohup here")
    realty_command.line = [nohup, *realty_command.line]
    process = _importing(realty_command, rows)
    _until_some_are_stored(process, home)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(ids(home / "realty.db")) == ROWS


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_203_an_export_or_backup_cut_short_leaves_nothing(many: Command, tmp_path: Path, sent: signal.Signals) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for words in (("properties", "export", out / "all.xlsx"), ("db", "backup", out / "copy.db")):
        process = many.start(*words)
        while process.poll() is None and not list(out.iterdir()):
            time.sleep(0.001)
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
        assert b"Traceback" not in err
        if process.returncode != 0:
            assert process.returncode == 128 + sent
            assert list(out.iterdir()) == []
        for path in out.iterdir():
            path.unlink()


def test_203_what_a_kill_leaves_is_swept_by_a_check(
    realty_command: Command, forge: Forge, home: Path, tmp_path: Path
) -> None:
    assert forge.run("write", home, count=5) == 0
    while not list((home / "backups").glob(".*")) if (home / "backups").exists() else True:
        step = random.Random(len(os.listdir(home))).randrange(30, 120)
        forge.run("back_up", home, to=home / "backups" / "copy.db", line=step, within=["store/backup", "store/files"])
        (home / "backups" / "copy.db").unlink(missing_ok=True)
    left = sorted((home / "backups").glob(".*"))
    realty_command("db", "check")
    assert sorted((home / "backups").glob(".*")) == left, "somebody may be at work on it"
    for path in left:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    (home / ".keep").touch()
    swept = realty_command("db", "check", "--json").json()["swept"]
    assert swept == [path.name for path in left]
    assert list((home / "backups").glob(".*")) == []
    assert (home / ".keep").exists()


# 215: locales ---------------------------------------------------------------------------------------------------------

ASCII = {"LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
WINDOWS = {"LANG": "C", "PYTHONIOENCODING": "cp1251", "PYTHONUTF8": "0"}
#: Here Python itself reads the words of the line as bytes that are no text.
BARE = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("environment", [ASCII, WINDOWS], ids=["ascii", "cp1251"])
def test_215_no_locale_makes_an_error(
    realty_command: Command, home: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Letters that the terminal lacks appear as escapes; files and the store hold them whole."""
    file = tmp_path / "объекты ёж.csv"
    file.write_text(
        "Тип недвижимости;Тип сделки;Цена;Адрес\nКвартира;Продажа;5000000;Казань, ул. Ёжиков, 1 🏠\n", "utf-8"
    )
    realty_command("properties", "import", file, env=environment)
    realty_command("properties", "add", "--title", "Дом 🏠 у моря", *ADD[4:], env=environment)
    for form, *words in (
        ("table", "properties", "list"), ("tsv", "properties", "show", "1"), ("json", "search", "казань"),
        ("jsonl", "properties", "list"), ("csv", "properties", "list"), ("table", "doctor"), ("table", "log"),
    ):  # fmt: skip
        realty_command("--output", form, *words, env=environment)
    assert realty_command("properties", "show", "2", "--json", env=ASCII).json()["title"] == "Дом 🏠 у моря"
    assert "\\U0001f3e0" in realty_command("properties", "list", env=environment).out
    assert "\\U0001f3e0" in realty_command("properties", "list", env=BARE).out
    assert realty_command("--lang", "ru", "properties", "show", "99", env=environment, code=4).err
    realty_command("--lang", "ru", "properties", "--help", env=environment)
    target = tmp_path / "всё.csv"
    realty_command("properties", "export", target, env=environment)
    assert "Дом 🏠 у моря" in target.read_text("utf-8-sig")
    terminal = Terminal([*realty_command.line, "properties", "list"], realty_command.environment(**environment))
    assert terminal.end() == 0
    assert b"Traceback" not in terminal.seen


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are bytes only on Linux and its like")
@pytest.mark.parametrize("environment", [{}, ASCII, BARE], ids=["utf-8", "ascii", "bare"])
def test_215_a_file_whose_name_is_no_text(
    realty_command: Command, home: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """A name in cp1251 on a system of UTF-8, and cells in cp1251: read, shown with escapes, logged."""
    folder = os.fsencode(tmp_path)
    name = folder + "/объекты.csv".encode("cp1251")
    Path(os.fsdecode(name)).write_bytes(
        "Тип недвижимости;Тип сделки;Цена;Адрес\nКвартира;Продажа;5000000;Казань\nx;y;z;\n".encode("cp1251")
    )
    ran = realty_command("properties", "import", os.fsdecode(name), "--json", code=8, env=environment)
    assert ran.json()["created"] == 1
    assert realty_command("properties", "show", "1", "--json", env=environment).json()["address"] == "Казань"
    realty_command("log", env=environment)
    realty_command("log", "--json", env=environment)
    for end in (".csv", ".jsonl"):
        target = os.fsdecode(folder + "/всё".encode("cp1251")) + end
        realty_command("properties", "export", target, "--json", env=environment)
        realty_command("properties", "export", target, "--json", code=5, env=environment)
    copy = os.fsdecode(folder + "/копия.db".encode("cp1251"))
    realty_command("db", "backup", copy, "--json", env=environment)
    realty_command("db", "restore", copy, "--yes", "--json", env=environment)
    refused = realty_command(
        "properties", "add", "--title", os.fsdecode(b"\xff\xfe"), *ADD[4:], code=2, env=environment
    )
    assert "U+DCFF" in refused.err
    realty_command("properties", "list", "--city", os.fsdecode(b"\xff"), code=None, env=environment)
    realty_command("search", os.fsdecode(b"\xff"), code=None, env=environment)


# 216, 217: pipes and closed streams -----------------------------------------------------------------------------------


def shell(command: Command, line: str, **environment: str) -> Ran:
    """A line of bash in which `realty` is the command."""
    program = " ".join(f"'{word}'" for word in command.line)
    ran = subprocess.run(
        ["bash", "-c", f"realty() {{ {program} \"$@\"; }}; {line}"],
        env=command.environment(**environment), capture_output=True, timeout=120,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace"))


LONG_ANSWERS = (
    "properties export", "--json properties list --limit 100", "log --limit 2000", "--output csv log --limit 2000",
    "--help", "completion bash",
)  # fmt: skip


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_216_a_reader_that_leaves(many: Command, reader: str) -> None:
    for words in LONG_ANSWERS:
        ran = shell(many, f"realty {words} | {reader} >/dev/null; exit ${{PIPESTATUS[0]}}")
        assert ran.code in (0, 141), (words, ran)
        assert ran.err == "", (words, ran)


@pytest.mark.parametrize("end", ["> /dev/full", ">&-"])
def test_217_output_that_cannot_be_written(many: Command, end: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    for words in (*LONG_ANSWERS, "version", "--output table properties list"):
        ran = shell(many, f"realty {words} {end}")
        assert ran.code not in (0, 1), (words, ran)
        assert len(ran.err.splitlines()) == 1, (words, ran)
        assert ran.err.startswith(("realty: ", "Error: ")), (words, ran)


def test_217_a_command_with_nowhere_to_answer_changes_nothing(many: Command, home: Path) -> None:
    before = ids(home / "realty.db")
    ran = shell(many, f"realty {' '.join(ADD)} >&-")
    assert ran.code == 9
    assert ids(home / "realty.db") == before


def test_217_closed_errors_and_input_are_no_harm(many: Command, home: Path, rows: Path) -> None:
    assert shell(many, "realty properties show 1 2>&-").code == 0
    assert shell(many, "realty properties list 2>&- <&-").code == 0
    assert shell(many, f"realty {' '.join(ADD)} 2>&- <&-").code == 0
    assert shell(many, "realty properties show 99999 2>&-").code == 4
    assert shell(many, f"realty properties import {rows} 2>&- <&-").code == 0
    assert shell(many, "realty properties import - <&-").code in (2, 9)
    assert shell(many, "realty db backup 2>&- <&-").code == 0
    assert shell(many, "realty properties delete 1 2>&- <&-").code == 2
    assert len(ids(home / "realty.db")) == MANY + 1 + ROWS


# 218: not a terminal --------------------------------------------------------------------------------------------------


def test_218_no_styles_where_nobody_sees_them(many: Command, home: Path) -> None:
    """In a pipe, with NO_COLOR, on a terminal that cannot; the same output each time."""
    words = ("properties", "list", "--limit", "5")
    piped = many(*words)
    assert "\x1b" not in piped.out + piped.err
    coloured = dict.fromkeys(("FORCE_COLOR", "CLICOLOR_FORCE"), "")
    assert many(*words, env={"NO_COLOR": "", "TERM": "xterm-256color", **coloured}).out == piped.out
    assert "\x1b" not in many("--help", env={"NO_COLOR": "", "TERM": "xterm-256color"}).out
    assert "\x1b" not in many("nonsense", code=2).err
    for more in ({"TERM": "dumb"}, {"TERM": "dumb", "NO_COLOR": ""}):
        terminal = Terminal([*many.line, *words], many.environment(**more))
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.seen, more
    terminal = Terminal([*many.line, *words], many.environment(TERM="xterm-256color", NO_COLOR="1"))
    assert terminal.end() == 0
    assert re.search(rb"\x1b\[(?:[0-9;]*;)?[34][0-9]", terminal.seen) is None


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (("properties", "delete", "1"), "--yes"),
        (("properties", "purge"), "--yes"),
        (("properties", "bulk", "--all", "--price-change", "-3"), "--yes"),
        (("properties", "add", "--title", "x"), "--type"),
        (("properties", "add", "--title", "x", "--type", "room"), "--deal"),
        (("properties", "photos", "remove", "1", "1"), "--yes"),
    ],
)
def test_218_a_question_without_a_terminal_names_the_flag(many: Command, words: tuple[str, ...], flag: str) -> None:
    for how in ("</dev/null", "<&-", "< <(echo y)"):
        ran = shell(many, f"realty {' '.join(words)} {how}")
        assert ran.code == 2, (how, ran)
        assert flag in ran.err


def test_218_what_asks_nothing_needs_no_terminal(many: Command) -> None:
    assert shell(many, "realty properties list --json </dev/null").code == 0


# 219: no home ---------------------------------------------------------------------------------------------------------


def bare(command: Command, *words: str, cwd: Path, before: list[str] | None = None, **environment: str) -> Ran:
    """With this environment and nothing else."""
    ran = subprocess.run(
        [*(before or []), *command.line, *words], env=environment, cwd=cwd, capture_output=True, text=True, timeout=60
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_219_without_a_home_the_systems_entry_decides_and_nothing_lands_here(
    realty_command: Command, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    data = tmp_path / "data"
    assert bare(realty_command, "config", "path", "--json", cwd=here).code == 0
    found = bare(realty_command, "config", "path", "--json", cwd=here, HOME=str(tmp_path)).out
    assert str(tmp_path / ".local/share/realty") in found
    found = bare(realty_command, "config", "path", "--json", cwd=here, HOME=str(tmp_path), XDG_DATA_HOME=str(data)).out
    assert f'"{data}/realty"' in found.replace("\\/", "/")
    assert list(here.iterdir()) == []
    assert not data.exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "/nonexistent/home"}, {"HOME": "/dev/null"}, {"HOME": "/proc"}, {"HOME": "/"},
        {"HOME": "/", "XDG_DATA_HOME": "relative/data"}, {"HOME": "/tmp", "XDG_DATA_HOME": "/dev/null/x"},
        {"REALTY_HOME": "/dev/null/x"}, {"REALTY_HOME": "~nobody-of-that-name/x"}, {"REALTY_HOME": "/proc/x"},
        {"REALTY_HOME": "x" * 5_000}, {"REALTY_DATABASE_URL": "sqlite:///~nobody-of-that-name/x.db", "HOME": "/tmp"},
    ],
    ids=lambda one: " ".join(f"{name}={value[:20]!r}" for name, value in one.items()),
)  # fmt: skip
def test_219_an_odd_home_is_a_clear_line_and_nothing_is_written(
    realty_command: Command, tmp_path: Path, environment: dict[str, str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    before = sorted(os.listdir("/"))
    for words in (("init", "--yes"), ("doctor",)):
        ran = bare(realty_command, *words, cwd=here, **environment)
        assert ran.code in ((2, 9) if words[0] == "init" else (0, 2, 9)), (words, ran)
        assert words == ("doctor",) or len(ran.err.splitlines()) == 1, (words, ran)
    assert list(here.iterdir()) == []
    assert sorted(os.listdir("/")) == before


def test_219_a_home_of_any_name_can_be_worked_in(realty_command: Command, tmp_path: Path) -> None:
    """Whoever says REALTY_HOME means it, a path from here included."""
    for name in ("bad\nname\x1b[2J", "100%?#&a=b", "дом ёж", "relative"):
        environment = {"REALTY_HOME": name if name == "relative" else str(tmp_path / name)}
        assert bare(realty_command, "init", "--yes", cwd=tmp_path, **environment).code == 0
        for words in (("doctor",), ("db", "backup")):
            ran = bare(realty_command, *words, cwd=tmp_path, **environment)
            assert ran.code == 0, (name, words, ran)
            assert "\x1b" not in ran.out + ran.err
        assert (tmp_path / name / "realty.db").is_file()


def test_219_a_home_that_may_not_be_written(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir(mode=0o500)
    command = Command(place, before=bound_by_modes())
    for environment in ({"HOME": str(place)}, {"REALTY_HOME": str(place)}, {"REALTY_HOME": str(place / "deep" / "er")}):
        ran = bare(command, "init", "--yes", cwd=tmp_path, **environment)
        assert ran.code == 9, ran
        assert len(ran.err.splitlines()) == 1
        assert "REALTY_HOME" in ran.err or str(place) in ran.err
        assert bare(command, "properties", "list", cwd=tmp_path, **environment).code == 4
    assert list(place.iterdir()) == []
