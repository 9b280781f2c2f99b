"""The log file: it is begun anew when it has grown large, and the one before is kept."""

import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TextIO

LARGEST = 4 * 1024 * 1024
"""Bytes after which a new log is begun, when it is next opened."""


def opened(path: Path) -> TextIO:
    """The log, to be appended to; raises `OSError` where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # another process has it open, on a system that then lets nobody rename it
        if path.is_file() and path.stat().st_size > LARGEST:
            path.replace(path.with_name(f"{path.name}.1"))
    return path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)


def record(error: BaseException, path: Path, where: str) -> bool:
    """Append the traceback of a bug; whether it could be written: a second failure is worth no third."""
    try:
        with opened(path) as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} ERROR {where}: a bug\n")
            log.writelines(traceback.format_exception(error))
    except OSError:
        return False
    return True
