"""llama.cpp in this process. The only module that imports llama_cpp."""

import codecs
import ctypes
import logging
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt
from llama_cpp import LogitsProcessorList
from llama_cpp import llama_cpp as native
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from assistant.errors import ModelFailed
from assistant.models.base import Message, Stop
from assistant.models.chat_format import CHATML, ChatFormat, Render
from assistant.models.citing import CitationMask, Vocabulary, plain
from assistant.models.processor import physical_cores
from assistant.models.recall import ReadPrompt, Recall, shared
from assistant.models.trials import fingerprint
from assistant.settings import Settings

log = logging.getLogger(__name__)

PROMPT_BATCH = 64
"""Tokens of the prompt read between two looks at the stop flag.

What is kept from the last prompt is cut at a multiple of this, so that every prompt is computed in
the same blocks whatever came before it: the same question then gets the same answer, bit by bit.
"""

RECALL_BYTES = 256 << 20
"""For prompts read before; one of 500 tokens takes 14 MB in a model of 1.5 billion parameters."""

REPEAT_PENALTY = 1.1

_WARNING, _ERROR = 3, 4
"""llama.cpp's log levels that are worth a line in the log."""

_said: deque[str] = deque(maxlen=40)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _listen(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    line = text.decode("utf-8", "replace").rstrip()
    if line and level in (_WARNING, _ERROR):
        _said.append(line)
        log.warning("llama.cpp: %s", line)


llama_cpp.llama_log_set(_listen, ctypes.c_void_p(0))


class LlamaModel:
    """A GGUF file, loaded with as much context and as many GPU layers as the settings and the machine allow."""

    def __init__(self, path: Path, settings: Settings, *, safe: bool = False) -> None:
        self.name = path.name
        self._settings = settings
        self._llama = _load(path, settings, safe)
        self.identity = fingerprint(path)
        trained = int(native.llama_model_n_ctx_train(self._llama.model))
        self.context_size = min(settings.context_size, trained or settings.context_size)
        self._vocabulary = native.llama_model_get_vocab(self._llama.model)
        self._control = self._control_tokens()
        self._format = self._chat_format()
        self._last_prompt: list[int] = []
        self._recall = Recall(RECALL_BYTES)
        self._try()

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself: architecture, licence, size label ..."""
        return dict(self._llama.metadata)

    def tokens(self, messages: Sequence[Message]) -> int:
        return len(self._tokens(messages))

    def write(
        self, messages: Sequence[Message], *, limit: int, stop: Stop, citable: Collection[int] = ()
    ) -> Iterator[str]:
        text = self._format.prompt(self._safe(messages))
        prompt = self._tokens_of(text)
        self._refuse_what_does_not_fit(prompt, limit)
        with self._failing():
            if self._read(prompt, stop):
                if thought := self._format.opened_thought(text):
                    yield thought
                yield from self._written(prompt, limit, stop, citable)

    def chances(self, messages: Sequence[Message], options: Sequence[str], *, stop: Stop) -> tuple[float, ...] | None:
        text = self._format.prompt(self._safe(messages))
        prompt = self._tokens_of(text)
        self._refuse_what_does_not_fit(prompt, 1)
        if self._format.opened_thought(text):
            return None
        with self._failing():
            if not self._read(prompt, stop):
                return None
            likely = self._likelihoods()
        return tuple(max(float(likely[token]) for token in self._beginnings(option)) for option in options)

    def _refuse_what_does_not_fit(self, prompt: Sequence[int], limit: int) -> None:
        if len(prompt) + limit > self.context_size:
            raise ModelFailed(
                f"The prompt of {len(prompt)} tokens and {limit} for the answer do not fit into the context of"
                f" {self.context_size}.",
                hint="Raise the setting 'context_size', or lower 'evidence_papers' or 'answer_tokens'.",
            )

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Name the model and what llama.cpp said last when it fails."""
        try:
            yield
        except RuntimeError as error:
            raise ModelFailed(f"{self.name} failed while writing: {error}.", hint=_last_words()) from error

    def _likelihoods(self) -> npt.NDArray[np.float64]:
        """The natural logarithm of each token's chance to come next, after what was read last."""
        size = native.llama_vocab_n_tokens(self._vocabulary)
        pointer = native.llama_get_logits_ith(self._llama.ctx, -1)
        logits = np.ctypeslib.as_array(pointer, shape=(size,)).astype(np.float64)
        logits -= logits.max()
        likelihoods: npt.NDArray[np.float64] = logits - np.log(np.exp(logits).sum())
        return likelihoods

    def _beginnings(self, option: str) -> set[int]:
        """The first tokens of the option's spellings; a token of space alone begins any text."""
        spellings = {
            space + case
            for case in (option, option.lower(), option.upper(), option.capitalize())
            for space in ("", " ")
        }
        firsts = (self._llama.tokenize(text.encode(), add_bos=False, special=False)[0] for text in spellings)
        found = {token for token in firsts if self._text(token).strip()}
        if not found:
            raise ValueError(f"no token begins {option!r}")
        return found

    def _try(self) -> None:
        """Compute one token: a build that does not suit this processor dies here, and not in a first answer."""
        self._llama.eval([max(0, self._llama.token_bos())])
        self._forget_after(0)
        self._llama.n_tokens = 0

    def _read(self, prompt: list[int], stop: Stop) -> bool:
        """Read the prompt in batches, past what was read before of one that began the same; False when stopped."""
        known = self._recalled(prompt[:-1])
        known -= known % PROMPT_BATCH
        self._last_prompt = []
        if not self._forget_after(known):
            self._llama.reset()
            self._forget_after(0)
            known = 0
        self._llama.n_tokens = known
        self._llama.input_ids[:known] = prompt[:known]
        for first in range(known, len(prompt), PROMPT_BATCH):
            if stop():
                self._last_prompt = prompt[:first]
                return False
            self._llama.eval(prompt[first : first + PROMPT_BATCH])
        self._last_prompt = prompt
        return True

    def _recalled(self, prompt: list[int]) -> int:
        """Bring back the prompt that began most like this one, and tell how many tokens they share."""
        known = shared(prompt, self._last_prompt)
        worth = known - known % PROMPT_BATCH + PROMPT_BATCH
        found = self._recall.take(prompt, more_than=worth - 1)
        if len(self._last_prompt) >= worth:
            self._put_away()
        if found is None:
            return known
        native.llama_memory_clear(native.llama_get_memory(self._llama.ctx), False)
        if native.llama_state_seq_set_data(self._llama.ctx, found.state, len(found.state), 0):
            return shared(prompt, found.tokens)
        native.llama_memory_clear(native.llama_get_memory(self._llama.ctx), False)
        return 0

    def _put_away(self) -> None:
        """Keep what was read last, without what was written after it; a memory that cannot be cut is not kept."""
        if not self._forget_after(len(self._last_prompt)):
            return
        size = native.llama_state_seq_get_size(self._llama.ctx, 0)
        if not 0 < size <= RECALL_BYTES:
            return
        state = (ctypes.c_uint8 * size)()
        if native.llama_state_seq_get_data(self._llama.ctx, state, size, 0) == size:
            self._recall.keep(ReadPrompt(self._last_prompt, state))

    def _forget_after(self, position: int) -> bool:
        """Drop what the model remembers from a position on; recurrent models can only forget everything."""
        memory = native.llama_get_memory(self._llama.ctx)
        return bool(native.llama_memory_seq_rm(memory, -1, position, -1))

    def _written(self, prompt: list[int], limit: int, stop: Stop, citable: Collection[int]) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        mask = [CitationMask(self._texts, citable, read=len(prompt))] if citable else []
        stream = self._llama.generate(
            prompt, temp=self._settings.temperature, top_k=40, top_p=0.95, min_p=0.05, repeat_penalty=REPEAT_PENALTY,
            logits_processor=LogitsProcessorList(mask) if mask else None,
        )  # fmt: skip
        for count, token in enumerate(stream, start=1):
            if stop() or native.llama_vocab_is_eog(self._vocabulary, token):
                return
            yield decoder.decode(self._llama.detokenize([token], special=True))
            if count >= limit:
                return

    def _safe(self, messages: Sequence[Message]) -> list[Message]:
        return [Message(message.role, self._harmless(message.text)) for message in messages]

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        return self._tokens_of(self._format.prompt(self._safe(messages)))

    def _tokens_of(self, text: str) -> list[int]:
        starts = text.startswith(self._special("bos")) and bool(self._special("bos"))
        tokens: list[int] = self._llama.tokenize(text.encode("utf-8", "ignore"), add_bos=not starts, special=True)
        return tokens

    def _harmless(self, text: str) -> str:
        """Break the model's control tokens where they stand in a text: papers are data, not instructions."""
        return self._control.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text) if self._control else text

    def _control_tokens(self) -> re.Pattern[str] | None:
        size = native.llama_vocab_n_tokens(self._vocabulary)
        control = [token for token in range(size) if native.llama_vocab_is_control(self._vocabulary, token)]
        texts = [native.llama_vocab_get_text(self._vocabulary, token).decode("utf-8", "ignore") for token in control]
        wanted = sorted((re.escape(text) for text in texts if len(text) > 1), key=len, reverse=True)
        return re.compile("|".join(wanted)) if wanted else None

    @cached_property
    def _texts(self) -> Vocabulary:
        """What each token reads as; control tokens as nothing, for they are no text."""
        return Vocabulary([self._text(token) for token in range(native.llama_vocab_n_tokens(self._vocabulary))])

    def _text(self, token: int) -> str:
        if native.llama_vocab_is_control(self._vocabulary, token):
            return ""
        return plain(native.llama_vocab_get_text(self._vocabulary, token).decode("utf-8", "ignore"))

    def _chat_format(self) -> ChatFormat:
        template = self._llama.metadata.get("tokenizer.chat_template") or CHATML
        return ChatFormat(template, self._renderer, thinking=self._settings.thinking)

    def _renderer(self, template: str) -> Render:
        formatter = Jinja2ChatFormatter(template, eos_token=self._special("eos"), bos_token=self._special("bos"))

        def render(**variables: Any) -> str:
            return str(formatter(**variables).prompt)

        return render

    def _special(self, which: str) -> str:
        token = self._llama.token_bos() if which == "bos" else self._llama.token_eos()
        return native.llama_vocab_get_text(self._vocabulary, token).decode("utf-8", "ignore") if token >= 0 else ""


def _load(path: Path, settings: Settings, safe: bool) -> Any:
    _said.clear()
    cores = settings.threads or physical_cores()
    gpu = 0 if safe or not native.llama_supports_gpu_offload() else settings.gpu_layers
    try:
        with _careful(safe):
            return llama_cpp.Llama(
                str(path), n_ctx=settings.context_size, n_batch=512, n_threads=cores, n_threads_batch=cores,
                n_gpu_layers=gpu, seed=settings.seed, flash_attn=not safe, verbose=False,
            )  # fmt: skip
    except (ValueError, RuntimeError, OSError, AssertionError) as error:
        raise ModelFailed(
            f"The language model {path} cannot be loaded: {_reason(error)}.",
            hint="Choose another with `assistant models use NAME`. An architecture that is not known needs a newer"
            " llama-cpp-python; a damaged file must be copied again; a large one needs more free memory.",
        ) from error


@contextmanager
def _careful(safe: bool) -> Iterator[None]:
    """In safe mode, load without the repacked weights whose kernels crash on some virtual machines."""
    original = native.llama_model_default_params

    def without_extra_buffers() -> Any:
        parameters = original()
        parameters.use_extra_bufts = False
        return parameters

    if safe:
        native.llama_model_default_params = without_extra_buffers
    try:
        yield
    finally:
        native.llama_model_default_params = original


def _reason(error: Exception) -> str:
    telling = [line for line in _said if "error" in line.lower() or "unknown" in line.lower()]
    line = (telling or [str(error)])[0]
    return line.rpartition("error loading model: ")[2].rpartition("error: ")[2].strip().rstrip(".")


def _last_words() -> str:
    return f"llama.cpp said: {_said[-1]}" if _said else ""
