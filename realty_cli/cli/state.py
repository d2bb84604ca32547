"""What one run of the command knows: how to answer, in which language, on which store, as whom.

Everything heavy is imported here or in the bodies of commands, never at the top of a command module.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from realty_cli.kit.i18n import Translator, choose, translator

if TYPE_CHECKING:
    from realty_cli.app import Realty, Work


@dataclass
class State:
    """Global options as they were given."""

    output: str | None = None
    lang: str | None = None
    db: str | None = None
    user: str | None = None
    quiet: bool = False

    @cached_property
    def language(self) -> str:
        return choose(flag=self.lang, env=os.environ)

    @cached_property
    def say(self) -> Translator:
        return translator(self.language)

    @cached_property
    def realty(self) -> Realty:
        from realty_cli.app import Realty
        from realty_cli.settings import load

        return Realty(load(database_url=self.db, lang=self.language if self.lang else None))

    @property
    def format(self) -> str:
        """`table` and friends as asked for; without a wish, a table on a terminal and tab-separated text in a pipe."""
        if self.output:
            return self.output
        return "table" if sys.stdout.isatty() else "tsv"

    @contextmanager
    def read(self) -> Iterator[Work]:
        with self.realty.read(self.user) as work:
            yield work

    @contextmanager
    def write(self, command: str, source: str = "cli", *, dry_run: bool = False) -> Iterator[Work]:
        from realty_cli.store.changelog import Origin

        with self.realty.write(Origin(source, command), self.user, dry_run=dry_run) as work:
            yield work

    def tell(self, sentence: str, **params: Any) -> None:
        """A sentence for the person, on stderr; quiet in a run with --quiet."""
        if not self.quiet:
            from realty_cli.cli.output import clean

            typer.echo(clean(self.say.text(sentence, **params)), err=True)

    def tell_many(self, one: str, many: str, n: int, **params: Any) -> None:
        if not self.quiet:
            from realty_cli.cli.output import clean

            typer.echo(clean(self.say.plural(one, many, n, **params)), err=True)


def state_of(context: typer.Context) -> State:
    found = context.find_root().obj
    assert isinstance(found, State)
    return found
