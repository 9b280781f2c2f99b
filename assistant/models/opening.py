"""Loading a model file, after a look at whether this processor can run what llama.cpp was built with."""

from pathlib import Path

from assistant.errors import ModelFailed
from assistant.models.base import LanguageModel
from assistant.models.processor import built_for, flags, lacking
from assistant.settings import Settings

BUILD_ANEW = "Build it for this processor: rm -rf .venv && make setup."


def open_llama(path: Path, settings: Settings, *, safe: bool = False) -> LanguageModel:
    """The model; raises `ModelFailed` where it cannot be loaded, before a missing instruction can kill the process."""
    if missing := lacking(built_for() or (), flags()):
        raise ModelFailed(
            f"llama.cpp was built for a processor with {' '.join(sorted(missing))}, which this one has not.",
            hint=BUILD_ANEW,
        )
    from assistant.models.llama import LlamaModel

    return LlamaModel(path, settings, safe=safe)
