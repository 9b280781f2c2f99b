"""The assistant's expected failures; those of the store come from `store.errors`."""

from store.errors import ExpectedError

__all__ = [
    "BadDraft",
    "BadQuestion",
    "BadSettings",
    "BadTemplate",
    "DownloadFailed",
    "EngineDied",
    "ExpectedError",
    "MissingPackage",
    "ModelFailed",
    "NoModel",
    "NoPandoc",
    "NoRoom",
    "NotOffered",
    "ServerFailed",
    "TrialsLost",
    "UnreadableDraft",
    "Unwritable",
]


class BadSettings(ExpectedError):
    """A setting is unknown or has a value that cannot be."""

    exit_code = 2


class BadDraft(ExpectedError):
    """A draft cannot be read as text."""

    exit_code = 2


class BadQuestion(ExpectedError):
    """A question is empty or longer than any model reads."""

    exit_code = 2


class BadTemplate(ExpectedError):
    """A prompt file is missing or its fields are not the ones the program fills."""


class DownloadFailed(ExpectedError):
    """A model cannot be got; what arrived of it is kept."""


class NotOffered(DownloadFailed):
    """A source does not have the file."""


class NoRoom(DownloadFailed):
    """The disk has too little room for a model."""


class MissingPackage(ExpectedError):
    """A package of an optional extra is not installed."""


class NoModel(ExpectedError):
    """No language or embedding model is configured and the starter is not installed."""


class ModelFailed(ExpectedError):
    """A model file cannot be loaded, or failed while writing."""


class ServerFailed(ModelFailed):
    """A server that writes in place of a model file cannot be reached, refuses, or went away."""


class TrialsLost(ExpectedError):
    """The result of a trial cannot be written down."""


class EngineDied(ExpectedError):
    """The engine process ended while it was at work."""


class NoPandoc(ExpectedError):
    """Pandoc, which makes Word files, is missing or failed."""


class Unwritable(ExpectedError):
    """A file that was asked for cannot be written."""


class UnreadableDraft(ExpectedError):
    """A draft or bibliography cannot be read."""

    exit_code = 2
