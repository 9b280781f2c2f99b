"""All settings: declared once, read once, frozen, handed down.

A value comes from, in rising order: the default, `settings.toml` in the home folder, the
environment (`ASSISTANT_` and the name in capitals), the command line (`--set name=value`).
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assistant.errors import BadSettings

FILE = "settings.toml"
PROMPTS = "prompts"
PREFIX = "ASSISTANT_"

_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _setting(
    default: Any, meaning: str, *, least: float | None = None, most: float | None = None, among: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"meaning": meaning, "least": least, "most": most, "among": among})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `home` is where library, models, settings and log lie."""

    home: Path

    model: str = _setting(
        "",
        "Language model: path of a GGUF file, or its name in the models folder. Empty: the recommended writer where it"
        " is there, or else the starter model; none: answers are made of quotes.",
    )
    embedder: str = _setting("", "Embedding model: path of a sentence-transformers folder. Empty: the starter model.")
    reranker: str = _setting(
        "", "A cross-encoder that reorders what a search finds: path of its folder. Empty: none is used."
    )
    checker: str = _setting(
        "",
        "A cross-encoder for natural language inference that checks sentences: path of its folder. Empty: the one that"
        " ships.",
    )
    context_size: int = _setting(
        4096, "Tokens of context for the language model; at most what it was trained for.", least=512, most=1 << 20
    )
    threads: int = _setting(0, "CPU threads for the models; 0 takes every core.", least=0, most=1024)
    gpu_layers: int = _setting(
        -1, "Layers of the language model on the GPU, where there is one; -1 takes all.", least=-1, most=10_000
    )
    temperature: float = _setting(0.0, "Randomness of the writing; 0 always picks the likeliest.", least=0, most=2)
    seed: int = _setting(7, "Seed of the writing; matters only above temperature 0.", least=0, most=2**31)
    answer_tokens: int = _setting(256, "Tokens a draft may have at most.", least=16, most=8192)
    thinking: bool = _setting(
        False, "Whether a model that can think before it answers may; what it thinks is not shown, and takes time."
    )
    server: str = _setting(
        "",
        "Address of an OpenAI-compatible server that writes in place of a GGUF file, like http://127.0.0.1:8080/v1."
        " Empty: none.",
    )
    server_model: str = _setting("", "Name of the model on that server; empty takes the first that it has.")
    server_key: str = _setting("", "Name of the environment variable that holds the server's key; empty for no key.")
    server_seconds: int = _setting(
        120, "Seconds that the server may be silent before it is given up.", least=1, most=3600
    )
    remote_host: str = _setting(
        "",
        "Host of `server` where it is another machine: questions and sentences of abstracts are sent to it. Empty:"
        " only servers on this machine are used.",
    )
    evidence_papers: int = _setting(6, "Papers that one answer may draw on at most.", least=1, most=30)
    citations: str = _setting(
        "natbib",
        "How LaTeX cites: natbib (\\citet, \\citep), biblatex (\\textcite, \\parencite), or cite.",
        among=("natbib", "biblatex", "cite"),
    )
    theme: str = _setting("", "Colour theme of the screen; empty for the default.")
    keys: str = _setting("", "Keys of your own for the screen, by action: `chat.copy=f11 app.library=f2`.")

    @property
    def models_folder(self) -> Path:
        """Where the user's own GGUF files lie."""
        return self.home / "models"

    @property
    def prompts_folder(self) -> Path:
        """Where the user's own prompts lie."""
        return self.home / PROMPTS

    @property
    def log_file(self) -> Path:
        """The log: warnings of native libraries, tracebacks of bugs."""
        return self.home / "log" / "assistant.log"


NAMES = tuple(f.name for f in fields(Settings) if f.name != "home")
"""The names that may stand in the file, the environment and after `--set`."""


def default_home() -> Path:
    """`ASSISTANT_HOME`, or this platform's folder for application data."""
    if home := os.environ.get("ASSISTANT_HOME"):
        return Path(home).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("literature-assistant", appauthor=False))


def shared_models() -> Path:
    """Where models lie that every home may use: `ASSISTANT_MODELS`, or the models folder of this platform's home."""
    if folder := os.environ.get("ASSISTANT_MODELS"):
        return Path(folder).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("literature-assistant", appauthor=False)) / "models"


def cache_folder() -> Path:
    """Where files lie that can be made again: `ASSISTANT_CACHE`, or this platform's cache folder."""
    if cache := os.environ.get("ASSISTANT_CACHE"):
        return Path(cache).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("literature-assistant", appauthor=False))


def load(
    home: Path | None = None,
    *,
    flags: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; raises `BadSettings` that names the place of what is wrong."""
    home = (home or default_home()).absolute()
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for name, value in _file_values(home / FILE).items():
        values[name] = _checked(name, value, f"{home / FILE}")
    for name in NAMES:
        if (value := environment.get(PREFIX + name.upper())) is not None:
            values[name] = _checked(name, value, f"the environment variable {PREFIX}{name.upper()}")
    for name, value in (flags or {}).items():
        values[name] = _checked(name, value, "the command line")
    return Settings(home=home, **values)


def overridden(environment: Mapping[str, str] | None = None) -> set[str]:
    """The settings that the environment sets, whatever the file says."""
    environment = os.environ if environment is None else environment
    return {name for name in NAMES if PREFIX + name.upper() in environment}


def save(settings: Settings, name: str, value: str) -> Path:
    """Write one setting into the file, keeping the user's comments; returns the file."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = settings.home / FILE
    checked = _checked(name, value, "the command line")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.is_file() else tomlkit.document()
        document[name] = checked
        settings.home.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(tomlkit.dumps(document), encoding="utf-8")
        partial.replace(path)
    except (OSError, TOMLKitError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} cannot be written: {error}.", hint="Check the folder's permissions.") from error
    return path


def _file_values(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError as error:
        raise BadSettings(
            f"{path.parent} is not a folder.", hint="Give a folder with --home DIR or ASSISTANT_HOME."
        ) from error
    except OSError as error:
        raise BadSettings(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(
            f"{path} cannot be read: {error}.", hint='A line looks like this: model = "name.gguf"'
        ) from error


def _checked(name: str, value: Any, place: str) -> Any:
    known: dict[str, Any] = {f.name: f for f in fields(Settings) if f.name != "home"}
    if name not in known:
        near = get_close_matches(name, NAMES, n=1)
        meant = f"Did you mean '{near[0]}'? " if near else ""
        raise BadSettings(f"{place}: there is no setting '{name}'.", hint=f"{meant}Known: {', '.join(NAMES)}.")
    kind = type(known[name].default)
    converted = _converted(kind, value)
    if converted is None:
        raise BadSettings(f"{place}: {name} = {value!r} is not {_kind(kind)}.")
    _within(name, converted, known[name].metadata, place)
    return converted


def _converted(kind: type, value: Any) -> Any:
    """The value as the setting's type, also out of a text; None where it is not one."""
    if kind is bool:
        return _TRUTH.get(str(value).strip().lower())
    if isinstance(value, bool) or not isinstance(value, str if kind is str else str | int | float):
        return None
    try:
        converted = kind(value)
        return None if kind is int and float(value) != converted else converted
    except (ValueError, OverflowError):
        return None


def _within(name: str, value: Any, bounds: Mapping[str, Any], place: str) -> None:
    least, most, among = bounds["least"], bounds["most"], bounds["among"]
    if among and value not in among:
        raise BadSettings(f"{place}: {name} = {value!r} is not known.", hint=f"It may be {', '.join(among)}.")
    if least is not None and not least <= value <= most:
        raise BadSettings(f"{place}: {name} = {value} is out of range.", hint=f"It may be {least} to {most}.")


def _kind(kind: type) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[kind]
