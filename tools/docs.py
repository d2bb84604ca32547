"""What the program says of itself, as files: `write` or `check` (exit code 1 where a file is stale, naming it).

docs/api.md      its last part: every operation of the API
docs/metrics.md  its last part: every metric with its definition
docs/cli.md      the command tree: every command with its help, example, arguments and options; exit codes; settings
completions/     what `realty completion SHELL` prints
"""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

ROOT = Path(__file__).resolve().parent.parent
SHELLS = {"bash": "realty.bash", "zsh": "_realty", "fish": "realty.fish"}
#: What stands for a value, where neither a metavar nor a list of words says more.
_PLACEHOLDERS = {int: "N", float: "NUMBER", str: "TEXT", Path: "FILE", bool: ""}
_READ = {"money": "AMOUNT", "moment": "WHEN", "day": "DAY", "attributes": "NAME=VALUE", "account": "WHO"}


@dataclass(frozen=True)
class Command:
    """A command or group of the tree. `words` is how it is called, without `realty`."""

    words: tuple[str, ...]
    command: Any
    context: Any

    @property
    def is_group(self) -> bool:
        return hasattr(self.command, "list_commands")

    @property
    def summary(self) -> str:
        return str(self.command.help or "").partition("\n\nExample: ")[0].strip()

    @property
    def example(self) -> str:
        return str(self.command.help or "").partition("\n\nExample: ")[2].strip()

    @property
    def parameters(self) -> list[Any]:
        return [one for one in self.command.get_params(self.context) if one.name != "help" and not one.hidden]


def commands() -> Iterator[Command]:
    """The whole tree of `realty`, a group before what is in it."""
    main = importlib.import_module("realty_cli.cli.main")
    root = importlib.import_module("typer.main").get_command(main.app)
    yield from _below(Command((), root, root.context_class(root, info_name="realty")))


def _below(node: Command) -> Iterator[Command]:
    yield node
    if not node.is_group:
        return
    for name in node.command.list_commands(node.context):
        child = node.command.get_command(node.context, name)
        context = child.context_class(child, parent=node.context, info_name=name)
        yield from _below(Command((*node.words, name), child, context))


# docs/cli.md ----------------------------------------------------------------------------------------------------------


def cli_page() -> str:
    """docs/cli.md, whole."""
    tree = list(commands())
    shared = _shared()
    lines = [
        "# The command line",
        "",
        "Written by `python tools/docs.py write` from the program itself; do not edit.",
        "",
        "```",
        "realty [GLOBAL OPTIONS] GROUP COMMAND [OPTIONS] [ARGUMENTS]",
        "```",
        "",
        "Global options may stand anywhere in the line. A command prints a table on a terminal and tab-separated text",
        "in a pipe; `--json` gives one JSON document, `--output jsonl` a line for each thing found, `--output csv` a",
        "heading and rows. Data goes to standard output, everything said to a person to standard error.",
        "",
        "Amounts: `12500000`, `12.5m`, `12,5 млн`, `450k`. Moments: `today`, `yesterday`, `2026-03-01`,",
        "`2026-03-01 15:30`, `-30d`, `завтра 10:00`. Text after `@` is read from a file where the help says so.",
        "",
        "## Global options",
        "",
        *_table(_option_rows(tree[0])),
        "",
        "## Commands",
        "",
    ]
    lines += _contents(tree)
    for node in tree[1:]:
        lines += _section(node, shared)
    for title, intro, rows in shared.values():
        lines += ["", f"## {title}", "", intro, "", *_table(rows), ""]
    lines += ["", "## Exit codes", "", *_table(_exit_rows()), "", "## Settings", ""]
    lines += [
        "Set with `realty config set NAME VALUE` (kept in `$REALTY_HOME/realty.toml`) or for one run with the variable",
        "of the environment, which goes before the file.",
        "",
        *_table(_setting_rows()),
    ]
    return _squeezed(lines)


def _squeezed(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"


def _contents(tree: list[Command]) -> Iterator[str]:
    for node in tree[1:]:
        indent = "  " * (len(node.words) - 1)
        yield f"{indent}- [`{' '.join(node.words)}`](#{'-'.join(('realty', *node.words))}): {_first(node.summary)}"


def _first(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def _section(node: Command, shared: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'##' if len(node.words) == 1 else '###'} realty {' '.join(node.words)}"
    yield ""
    yield node.summary
    if node.is_group:
        return
    yield from ("", "```", _usage(node), "```", "")
    if node.example:
        yield from ("Example:", "", "```sh", node.example, "```", "")
    own = [one for one in node.parameters if not one.name.startswith("opt_")]
    arguments = [one for one in own if not _is_option(one)]
    if arguments:
        rows = [("Argument", "Meaning")] + [(f"`{_argument(one)}`", one.help or "") for one in arguments]
        yield from ("", *_table(rows))
    options = [one for one in own if _is_option(one)]
    if options:
        yield from ("", *_table([("Option", "Meaning"), *map(_option_row, options)]))
    names = {one.name.removeprefix("opt_") for one in node.parameters if one.name.startswith("opt_")}
    for name, (title, _, _) in shared.items():
        if names and name in _which(names):
            yield from ("", f"and [{title[:1].lower()}{title[1:]}](#{title.lower().replace(' ', '-')}).")


def _is_option(parameter: Any) -> bool:
    return str(parameter.param_type_name) == "option"


def _usage(node: Command) -> str:
    arguments = [_argument(one) for one in node.parameters if not _is_option(one)]
    options = ["[OPTIONS]"] if any(_is_option(one) for one in node.parameters) else []
    return " ".join(["realty", *node.words, *options, *arguments])


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.strip("_").upper())
    name += "..." if parameter.nargs == -1 else ""
    return name if parameter.required else f"[{name}]"


def _option_rows(node: Command) -> list[tuple[str, str]]:
    return [("Option", "Meaning"), *map(_option_row, [one for one in node.parameters if _is_option(one)])]


def _option_row(parameter: Any, read: str = "") -> tuple[str, str]:
    flags = ", ".join(f"`{flag}`" for flag in [*parameter.opts, *parameter.secondary_opts])
    value = _READ.get(read) or parameter.metavar or _placeholder(parameter.type_descriptor.annotation)
    text = parameter.help or ""
    default = parameter.default
    if not isinstance(default, bool) and default not in (None, (), []):
        text += f" Default: {default}."
    return (f"{flags} {value}".rstrip(), text)


def _placeholder(annotation: Any) -> str:
    """`N`, `TEXT`, `FILE`, or the words that may be chosen."""
    inner = [one for one in get_args(annotation) if one is not NoneType]
    if get_origin(annotation) is tuple:
        return " ".join(_placeholder(one) for one in inner)
    if inner:
        return _placeholder(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "/".join(str(member.value) for member in annotation)
    return _PLACEHOLDERS.get(annotation, "VALUE")


def _shared() -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    """Options that many commands have, each table once: `filters` and `fields`."""
    options = importlib.import_module("realty_cli.cli.options")

    def rows(table: Any) -> list[tuple[str, str]]:
        found = [("Option", "Meaning")]
        for one in table:
            flags = one.flags or ("--" + one.field.replace("_", "-"),)
            shown = ", ".join(f"`{part}`" for flag in flags for part in flag.split("/") if part)
            value = _READ.get(one.read) or _placeholder(one.type)
            found.append((f"{shown} {value}".rstrip(), one.help))
        return found

    return {
        "filters": (
            "Filters of listings",
            "Every filter narrows; a repeated one means any of its values.",
            rows(options.FILTERS),
        ),
        "fields": (
            "Fields of a listing",
            "What `add` enters and `edit` changes; names as in files and JSON, with dashes.",
            rows(options.FIELDS),
        ),
    }


def _which(names: set[str]) -> Iterator[str]:
    options = importlib.import_module("realty_cli.cli.options")
    for name, table in (("filters", options.FILTERS), ("fields", options.FIELDS)):
        known = {one.field for one in table}
        if names <= known:
            yield name
            return


def _exit_rows() -> list[tuple[str, str]]:
    exits = importlib.import_module("realty_cli.cli.exits")
    said = {
        "OK": "Done.",
        "BUG": "A fault of realty itself, or a question answered with no.",
        "INVALID": "Something given cannot be accepted; the message names it.",
        "NOT_SIGNED_IN": "Nobody is signed in.",
        "NOT_FOUND": "No such listing, photo, entry or store, or it is not yours.",
        "CONFLICT": "The store stands against it: it exists already, somebody changed it, something depends on it.",
        "MISSING_EXTRA": "An optional part is not installed.",
        "DENIED": "Your account may not do this.",
        "PARTLY": "Done in part: some rows of an import were rejected.",
        "UNAVAILABLE": "The store, a file or a service cannot answer now; try again.",
        "INTERRUPTED": "Ctrl-C.",
    }
    codes = {name: value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    if unsaid := codes.keys() ^ said.keys():
        raise SystemExit(f"tools/docs.py does not describe the exit codes {sorted(unsaid)}")
    return [("Code", "Meaning")] + [(str(value), said[name]) for name, value in codes.items()]


def setting_comments() -> dict[str, str]:
    """The comment above each field of `Settings`."""
    path = ROOT / "realty_cli" / "settings.py"
    source = path.read_text("utf-8").splitlines()
    body = next(
        node for node in ast.parse("\n".join(source)).body if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    found = {}
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            above: list[str] = []
            line = node.lineno - 2
            while source[line].strip().startswith("# "):
                above.insert(0, source[line].strip().removeprefix("# "))
                line -= 1
            found[node.target.id] = " ".join(above)
    return found


def _setting_rows() -> list[tuple[str, ...]]:
    settings = importlib.import_module("realty_cli.settings")
    comments = setting_comments()
    rows: list[tuple[str, ...]] = [("Setting", "Default", "Environment", "Meaning")]
    for one in fields(settings.Settings):
        if one.name in settings.NAMES:
            default = "" if one.default is MISSING or one.default == "" else f"`{one.default}`"
            rows.append((f"`{one.name}`", default, f"`REALTY_{one.name.upper()}`", comments[one.name]))
    rows.append(
        ("", "", "`REALTY_HOME`", "Folder of the store, settings, photos and backups; by default the platform's own")
    )
    return rows


def _table(rows: list[Any]) -> Iterator[str]:
    head, *body = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in body:
        yield "| " + " | ".join(row) + " |"


# docs/metrics.md ------------------------------------------------------------------------------------------------------

_METRICS = "<!-- metrics -->"


def metrics_page() -> str:
    """docs/metrics.md: what is written by hand down to the mark, and below it the metrics."""
    path = ROOT / "docs" / "metrics.md"
    written = path.read_text("utf-8") if path.is_file() else _METRICS
    lines = [written.partition(_METRICS)[0] + _METRICS, "", "| key | called | in | is |", "|---|---|---|---|"]
    for key, one in importlib.import_module("realty_cli.analytics.catalogue").METRICS.items():
        lines.append(f"| `{key}` | {one.label} | {one.unit.value.replace('_', ' ')} | {one.definition} |")
    return "\n".join(lines) + "\n"


# docs/api.md ----------------------------------------------------------------------------------------------------------

_MARK = "<!-- operations -->"


def api_page() -> str:
    """docs/api.md: what is written by hand down to the mark, and the operations below it."""
    path = ROOT / "docs" / "api.md"
    written = path.read_text("utf-8") if path.is_file() else _MARK
    rows: dict[str, list[tuple[str, ...]]] = {}
    for place, operations in _openapi()["paths"].items():
        for method, operation in operations.items():
            row = (f"`{method.upper()} {place}`", str(operation.get("summary", "")), f"`{operation['operationId']}`")
            rows.setdefault(operation["tags"][0], []).append(row)
    lines = [written.partition(_MARK)[0] + _MARK]
    for tag, found in rows.items():
        lines += ["", f"### {tag}", "", *_table([("Operation", "What it does", "Id"), *found])]
    return "\n".join(lines) + "\n"


def _openapi() -> dict[str, Any]:
    """The OpenAPI document of a server without a store."""
    app = importlib.import_module("realty_cli.api.app")
    realty = importlib.import_module("realty_cli.app").Realty
    settings = importlib.import_module("realty_cli.settings").Settings
    with tempfile.TemporaryDirectory() as home:
        inner = app.inner_app(realty(settings(home=Path(home))))
        drawn: dict[str, Any] = importlib.import_module("realty_cli.api.openapi").document(inner)
    return drawn


# All files ------------------------------------------------------------------------------------------------------------


def files() -> dict[Path, str]:
    """Every generated file and what it should hold."""
    shells = importlib.import_module("realty_cli.cli.shells")
    found = {Path("docs/cli.md"): cli_page(), Path("docs/api.md"): api_page(), Path("docs/metrics.md"): metrics_page()}
    for shell, name in SHELLS.items():
        found[Path("completions") / name] = shells.script(shell)
    return found


def stale(root: Path = ROOT) -> list[Path]:
    """Files that are missing or say something else than the program does."""
    return [
        path
        for path, text in files().items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Files that the program writes about itself.")
    parser.add_argument("action", choices=("write", "check"))
    action = parser.parse_args(arguments).action
    sys.path.insert(0, str(ROOT))
    outdated = stale()
    if action == "check":
        for path in outdated:
            sys.stdout.write(f"{path} is stale; run: python tools/docs.py write\n")
        return 1 if outdated else 0
    contents = files()
    for path in outdated:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(contents[path], "utf-8")
        sys.stdout.write(f"{path} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
