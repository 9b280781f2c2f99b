"""A small server of files on the loopback interface that can do what servers of files do wrong, and tiny models."""

import hashlib
import io
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """What lies where, and how the server behaves; `asked` are the requests: path, and the range that was wanted."""

    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    """After so many bytes of a body the connection is cut, one after the other."""
    status: int = 0
    gate: threading.Event | None = None
    """Half of each body waits for it."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def offered(site: Site) -> Iterator[Site]:
    """The site, served."""

    class Handler(_Handler):
        pass

    Handler.site = site
    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        if site.gate:
            site.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path, wanted = self.path.partition("?")[0], self.headers.get("Range", "")
        self.site.asked.append((path, wanted))
        if path in self.site.redirects:
            self._answer(302, b"", {"Location": self.site.redirects[path], **self.site.headers.get(path, {})})
        elif self.site.status or path not in self.site.files:
            self._answer(self.site.status or 404, b"no", {})
        else:
            self._file(path, wanted)

    def _file(self, path: str, wanted: str) -> None:
        whole = self.site.files[path]
        kind = "text/html" if path.endswith("/") else "application/octet-stream"
        etag = f'"{hashlib.sha256(whole).hexdigest()[:16]}"'
        headers = {"Content-Type": kind, "ETag": etag, **self.site.headers.get(path, {})}
        if not (wanted and self.site.ranges) or self.headers.get("If-Range", etag) != etag:
            self._answer(200, whole, headers)
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        begin, end = int(first), min(int(last or len(whole) - 1), len(whole) - 1)
        if begin >= len(whole):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(whole)}"})
            return
        headers["Content-Range"] = f"bytes {begin}-{end}/{len(whole)}"
        self._answer(206, whole[begin : end + 1], headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self._send(body)
        except OSError:
            self.close_connection = True

    def _send(self, body: bytes) -> None:
        if self.site.cuts and len(body) > self.site.cuts[0]:
            self.wfile.write(body[: self.site.cuts.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
        elif self.site.gate and len(body) > 1 << 17:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.site.gate.wait()
            self.wfile.write(body[len(body) // 2 :])
        else:
            self.wfile.write(body)


def gguf(kind: str = "llama", size: int = 400_000) -> bytes:
    """A GGUF file with one tensor of about so many bytes; its content differs from place to place."""
    values = size // 4 // 32 * 32
    entry = _text(b"general.architecture") + struct.pack("<I", 8) + _text(kind.encode())
    tensor = _text(b"t") + struct.pack("<IQIQ", 1, values, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + entry + tensor
    body = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(values // 8))
    return head.ljust(-(-len(head) // 32) * 32, b"\0") + body


def wheel(package: str, version: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """The name of a wheel, and the wheel."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return f"{package.replace('-', '_')}-{version}-py3-none-any.whl", made.getvalue()


def index(wheels: dict[str, tuple[str, bytes]], *, hashes: bool = True) -> dict[str, bytes]:
    """The files of a simple index that has these wheels, by package."""
    files = {}
    for package, (name, content) in wheels.items():
        fragment = f"#sha256={hashlib.sha256(content).hexdigest()}" if hashes else ""
        files[f"/simple/{package}/"] = f'<html><a href="../../files/{name}{fragment}">{name}</a></html>'.encode()
        files[f"/files/{name}"] = content
    return files


def _text(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text
