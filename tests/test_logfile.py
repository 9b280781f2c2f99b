"""The log begins anew when it has grown large."""

from pathlib import Path

import pytest

from assistant import logfile
from assistant.logfile import opened, record


def test_a_large_log_is_kept_beside_and_a_new_one_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfile, "LARGEST", 100)
    path = tmp_path / "log" / "assistant.log"
    for text in ("the oldest " * 20, "the older " * 20, "the newest"):
        with opened(path) as log:
            log.write(text)
    assert path.read_text() == "the newest"
    assert path.with_name("assistant.log.1").read_text().startswith("the older ")
    assert sorted(file.name for file in path.parent.iterdir()) == ["assistant.log", "assistant.log.1"]


def test_a_small_log_goes_on(tmp_path: Path) -> None:
    for text in ("one\n", "two\n"):
        with opened(tmp_path / "assistant.log") as log:
            log.write(text)
    assert (tmp_path / "assistant.log").read_text() == "one\ntwo\n"


def test_a_bug_is_recorded_with_its_traceback_where_that_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(KeyError) as failure:
        {}["\udcff"]
    assert record(failure.value, tmp_path / "log" / "assistant.log", "assistant.tui")
    assert not record(failure.value, tmp_path / "log" / "assistant.log" / "below a file", "assistant.tui")
    written = (tmp_path / "log" / "assistant.log").read_text()
    assert "ERROR assistant.tui: a bug\nTraceback" in written
