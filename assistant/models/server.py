"""A model behind an OpenAI-compatible server (llama-server, vLLM, Ollama). The only module that opens a connection.

Nothing is assumed of the server but `/chat/completions` with a stream: no grammar, no count of tokens.
"""

import json
import os
import queue
import socket
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any

from assistant.errors import ServerFailed
from assistant.models.address import address, host, server_of
from assistant.models.base import Message, Stop
from assistant.settings import Settings

CONNECT_SECONDS = 5.0
LOOK_SECONDS = 0.05
"""Between two looks at the stop flag while the server is silent."""

CHARACTERS_PER_TOKEN = 3
"""A careful guess, for the server's tokens cannot be counted here; English has about four."""

LONGEST_LINE = 1 << 20
LONGEST_REPLY = 1 << 24

_FAILURES = (OSError, HTTPException, ValueError)


class ServerModel:
    """A model that writes on a server; found and named when it is made."""

    def __init__(self, settings: Settings) -> None:
        self._address = address(settings)
        self._settings = settings
        self._where = server_of(self._address)
        self.context_size = settings.context_size
        self.name = self._chosen(self._models())
        self.identity = f"{self._address.geturl()}#{self.name}"

    def tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.text) // CHARACTERS_PER_TOKEN + 8 for message in messages)

    def write(
        self, messages: Sequence[Message], *, limit: int, stop: Stop, citable: Collection[int] = ()
    ) -> Iterator[str]:
        del citable  # what stands in brackets is checked afterwards
        body = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "stream": True,
            "max_tokens": limit,
            "temperature": self._settings.temperature,
            "seed": self._settings.seed,
            "chat_template_kwargs": {"enable_thinking": self._settings.thinking},
        }
        count = 0
        with self._exchange("POST", "chat/completions", body) as exchange:
            for line in exchange.lines(stop, self._settings.server_seconds, self._where):
                delta = _delta(line, self._where)
                if delta:
                    yield delta
                    count += 1
                if delta is None or count >= limit or stop():
                    return
        if not stop():
            raise _explained(ConnectionError("the stream ended too soon"), self._where)

    def chances(self, messages: Sequence[Message], options: Sequence[str], *, stop: Stop) -> tuple[float, ...] | None:
        del messages, options, stop  # few servers tell, and each in its own way
        return None

    def _models(self) -> list[str]:
        """The names of the models that the server tells of; empty where it tells of none."""
        with self._exchange("GET", "models") as exchange:
            try:
                text = "".join(exchange.lines(lambda: False, self._settings.server_seconds, self._where))
                return [model["id"] for model in json.loads(text)["data"] if isinstance(model["id"], str)]
            except (ValueError, TypeError, KeyError):
                return []

    def _chosen(self, known: list[str]) -> str:
        wanted = self._settings.server_model
        if not wanted and not known:
            raise ServerFailed(f"{self._where} names no model.", hint="Set 'server_model' to the name of one.")
        if wanted and known and not any(wanted in (name, name.removesuffix(":latest")) for name in known):
            raise ServerFailed(
                f"{self._where} has no model '{wanted}'.",
                hint=f"Set 'server_model' to one of: {', '.join(sorted(known)[:8])}.",
            )
        return wanted or known[0]

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(host(self._address), self._address.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            raise ServerFailed(
                f"{self._where} does not answer: {error.strerror or error}.",
                hint="Start it, or empty the setting 'server' to use a model file.",
            ) from error
        return connection

    def _exchange(self, method: str, name: str, body: Any = None) -> "_Exchange":
        headers = self._headers()
        return _Exchange(self._connection(), method, f"{self._address.path.rstrip('/')}/{name}", headers, body)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        if variable := self._settings.server_key:
            key = os.environ.get(variable, "").strip()
            if not key or not key.isascii() or not key.isprintable():
                raise ServerFailed(
                    f"The environment variable {variable} holds no key.", hint="Set it, or empty 'server_key'."
                )
            headers["Authorization"] = f"Bearer {key}"
        return headers


class _Exchange:
    """One request and its reply, read in a thread so that a stop is obeyed while the server is silent."""

    def __init__(
        self, connection: HTTPConnection, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> None:
        self._connection = connection
        self._request = (method, path, json.dumps(body).encode() if body is not None else None, headers)
        self._arrived: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._socket: socket.socket = connection.sock
        self._socket.settimeout(None)

    def __enter__(self) -> "_Exchange":
        threading.Thread(target=self._read, daemon=True, name="server").start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads
        with suppress(OSError):
            self._socket.close()

    def lines(self, stop: Stop, patience: float, where: str) -> Iterator[str]:
        """The lines of the reply, until it ends or `stop()`; raises `ServerFailed` where it fails or is silent."""
        since = time.monotonic()
        while not stop():
            try:
                item = self._arrived.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() - since > patience:
                    raise ServerFailed(
                        f"{where} has been silent for {patience:.0f} seconds.",
                        hint="Raise the setting 'server_seconds', or see what the server is doing.",
                    ) from None
                continue
            since = time.monotonic()
            if item is None:
                return
            if isinstance(item, Exception):
                raise _explained(item, where) from item
            yield item

    def _read(self) -> None:
        try:
            method, path, body, headers = self._request
            self._connection.request(method, path, body, headers)
            with closing(self._connection.getresponse()) as reply:
                self._receive(reply)
            self._arrived.put(None)
        except _FAILURES as error:
            self._arrived.put(error)
        finally:
            self._connection.close()

    def _receive(self, reply: HTTPResponse) -> None:
        if reply.status != 200:
            raise _Refused(reply.status, _reason(reply))
        size = 0
        while (line := reply.readline(LONGEST_LINE)) and size < LONGEST_REPLY:
            size += len(line)
            self._arrived.put(line.decode("utf-8", "replace"))


class _Refused(ValueError):
    """The server answered with another status than 200."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status


def _reason(reply: HTTPResponse) -> str:
    """What the server says of a failure, in one line."""
    text = reply.read(1 << 16).decode("utf-8", "replace")
    with suppress(ValueError, TypeError, KeyError):
        error = json.loads(text)["error"]
        text = error["message"] if isinstance(error, dict) else str(error)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200] or reply.reason


def _explained(error: Exception, where: str) -> ServerFailed:
    if isinstance(error, _Refused):
        hint = {
            401: "Set 'server_key' to the name of the environment variable that holds the key.",
            403: "Set 'server_key' to the name of the environment variable that holds the key.",
            404: "Is the address right? It usually ends in /v1. Is 'server_model' a model of this server?",
            400: "A prompt that is too long for the server: lower 'context_size' to what it was started with.",
        }.get(error.status, "See the log of the server.")
        return ServerFailed(f"{where} refuses: {error}.", hint=hint)
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ServerFailed(f"{where} broke off: {said}.", hint="See the log of the server, and ask again.")


def _delta(line: str, where: str) -> str | None:
    """The text in a line of the stream, "" for a line that carries none, None at the end."""
    name, _, value = line.strip().partition(":")
    if name != "data":
        return ""
    if value.strip() == "[DONE]":
        return None
    try:
        chunk = json.loads(value)
        if "error" in chunk:
            raise ServerFailed(f"{where} failed: {str(chunk['error'])[:200]}.", hint="See the log of the server.")
        choices = chunk.get("choices") or [{}]
        text = (choices[0].get("delta") or {}).get("content")
        if not text and choices[0].get("finish_reason"):
            return None
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return ""
    return text if isinstance(text, str) else ""
