"""Where the traceback of an unexpected failure goes."""

import time
import traceback
from contextlib import suppress
from pathlib import Path


def record(error: BaseException, log_file: Path) -> None:
    """Append the traceback to the log; a log that cannot be written is not worth a second failure."""
    with suppress(OSError):
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} ERROR assistant.tui: a bug\n")
            log.writelines(traceback.format_exception(error))
