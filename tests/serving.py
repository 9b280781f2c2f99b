"""A small OpenAI-compatible server on the loopback interface, with a script in place of a model."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Script:
    """What the server does: `pieces` are streamed; "{die}" breaks off, "{hang}" is silent until it is closed."""

    def __init__(
        self, *pieces: str, models: Sequence[str] = ("small-model",), key: str = "", status: int = 200
    ) -> None:
        self.pieces = pieces
        self.models = models
        self.key = key
        self.status = status
        self.requests: list[dict[str, Any]] = []
        self.closed = threading.Event()
        self.written = 0
        self.raw: bytes = b""


@contextmanager
def served(script: Script) -> Iterator[str]:
    """The address of a server that follows the script."""

    class Handler(_Handler):
        pass

    Handler.script = script
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        script.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    script: Script
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self._allowed():
            self._json({"data": [{"id": name} for name in self.script.models]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.script.requests.append(json.loads(body))
        if not self._allowed():
            return
        if self.script.status != 200:
            self._json({"error": {"message": "the prompt is too long"}}, self.script.status)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._stream()

    def _stream(self) -> None:
        try:
            if self.script.raw:
                self._chunk(self.script.raw)
            for piece in self.script.pieces:
                if piece == "{die}":
                    self.close_connection = True
                    self.connection.close()
                    return
                if piece == "{hang}":
                    self.script.closed.wait()
                    return
                self._chunk(b"data: " + json.dumps({"choices": [{"delta": {"content": piece}}]}).encode() + b"\n\n")
                self.script.written += 1
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")
        except OSError:
            self.close_connection = True

    def _allowed(self) -> bool:
        if self.script.key and self.headers.get("Authorization") != f"Bearer {self.script.key}":
            self._json({"error": {"message": "wrong key"}}, 401)
            return False
        return True

    def _json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
