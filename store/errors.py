"""Expected failures: each says what happened and what to do about it."""


class ExpectedError(Exception):
    """Base of all expected failures: a message, a hint, and the exit code of the command line.

    Anything that is not an `ExpectedError` is a bug and keeps its traceback in the log.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), str(self), self.hint)


def _rebuild(kind: type[ExpectedError], message: str, hint: str) -> ExpectedError:
    error = kind.__new__(kind)
    ExpectedError.__init__(error, message, hint=hint)
    return error


class StoreError(ExpectedError):
    """The library cannot do what it was asked to."""


class UnreadableFile(StoreError):
    """A file as a whole cannot be read; its name is part of the message."""


class LibraryLocked(StoreError):
    """Another process is writing to the same library."""


class WrongEmbedder(StoreError):
    """The library was embedded with another model than the one configured."""


class NoSuchPaper(StoreError):
    """No paper of the library has this key or identifier."""

    exit_code = 3


class ModelUnreadable(StoreError):
    """A model file or folder is missing, damaged or of the wrong kind."""


class BackupUnusable(StoreError):
    """A backup is damaged, cut off, or no backup at all; the message is the bare reason until its file is named."""
