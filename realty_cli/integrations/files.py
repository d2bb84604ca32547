"""Letters and messages as files in a folder, where no server for them is set: for trying realty out, and for tests."""

from __future__ import annotations

from pathlib import Path

from realty_cli.errors import Invalid, Unavailable
from realty_cli.formats.safe_name import safe_file_name
from realty_cli.kit.paths import create_private, private_folder
from realty_cli.notify.ports import Letter


class FolderMessenger:
    """One file a letter, for its owner only, and beside it what goes with it; sending again writes the same files."""

    def __init__(self, folder: Path, channel: str) -> None:
        self._folder = folder
        self._channel = channel

    def send(self, letter: Letter) -> None:
        if any(not one.isprintable() for one in (letter.recipient, letter.subject)):
            raise Invalid("letter.refused", recipient=repr(letter.recipient))
        head = f"To: {letter.recipient}\n" + (f"Subject: {letter.subject}\n" if letter.subject else "")
        path = private_folder(self._folder) / f"{letter.key}.{self._channel}.txt"
        try:
            for file in letter.files:
                create_private(path.with_name(f"{letter.key}.{safe_file_name(file.file_name)}"), file.data)
            create_private(path, f"{head}\n{letter.body}".encode())
        except OSError as error:
            raise Unavailable("file.unwritable", path=str(path), reason=error.strerror or str(error)) from error
