"""Standard input on its way into the library."""

import io
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from assistant.cli import add
from assistant.cli.batch import STDIN


def test_two_imports_from_standard_input_at_once_read_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add, "cache_folder", lambda: tmp_path)
    seen: list[bytes] = []

    def gives(text: bytes) -> None:
        monkeypatch.setattr(add.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))

    def second() -> None:
        with add._spooled([STDIN]) as (file,):
            seen.append(file.read_bytes())

    gives(b"one")
    with add._spooled([STDIN]) as (file,):
        gives(b"two")
        other = Thread(target=second)
        other.start()
        while not any(each.stat().st_size for each in tmp_path.glob("standard-input-*")):
            other.join(0.01)
        assert file.read_bytes() == b"one"
        assert seen == []
    other.join()
    assert seen == [b"two"]
    assert not (tmp_path / "standard-input").exists()
