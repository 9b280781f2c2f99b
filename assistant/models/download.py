"""Files over HTTP. The only module that calls another machine, and only for `assistant models get` and its screen."""

import errno
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import httpx

from assistant.errors import DownloadFailed, NoRoom, NotOffered

Stop = Callable[[], bool]

TRIES = 5
"""Attempts in a row that bring nothing, before a download is given up."""

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between them."""

PROGRESS = 1 << 20
"""Bytes that make an attempt count as one that brought something."""

_AGENT = "literature-assistant"
_PAGE = 1 << 25


@dataclass(frozen=True, slots=True)
class Remote:
    """What a server says of a file: `size` 0, `etag` and `sha256` "" where it does not say."""

    address: str
    size: int = 0
    etag: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an index: its text, its type, and the address that it came from in the end."""

    text: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes of the file that are here, of `total` (0 where not known); `trouble` says why it was begun again."""

    done: int
    total: int
    trouble: str = ""


class Network:
    """Connections with the certificates, the proxy and the patience that are configured."""

    def __init__(self, *, certificates: str = "", proxy: str = "", seconds: float = 15.0) -> None:
        try:
            self._client = httpx.Client(
                verify=_trusted(certificates),
                proxy=proxy or None,
                timeout=httpx.Timeout(seconds, pool=None),
                follow_redirects=True,
                max_redirects=10,
                headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},
            )
        except (OSError, ValueError) as error:
            raise DownloadFailed(
                f"The network settings of pip cannot be used: {error}.", hint="See `pip config list`: cert and proxy."
            ) from error

    def __enter__(self) -> "Network":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def page(self, address: str, accept: str) -> Page:
        """A page as text; raises `NotOffered` where there is none, `DownloadFailed` where nobody answers."""
        for pause in (*PAUSES[:2], None):
            try:
                with self._opened(address, {"Accept": accept}) as reply:
                    content = b"".join(_limited(reply, _PAGE))
                    return Page(content.decode("utf-8", "replace"), _kind(reply), str(reply.url))
            except httpx.TransportError as error:
                if pause is None:
                    raise _unreachable(address, error) from error
                time.sleep(pause)
        raise AssertionError

    def look(self, address: str, count: int = 1 << 16) -> tuple[Remote, bytes]:
        """What a server says of a file, and the file's first bytes, without getting the rest."""
        for pause in (*PAUSES[:2], None):
            try:
                with self._opened(address, {"Range": f"bytes=0-{count - 1}"}) as reply:
                    return _remote(address, reply), b"".join(_limited(reply, count))[:count]
            except httpx.TransportError as error:
                if pause is None:
                    raise _unreachable(address, error) from error
                time.sleep(pause)
        raise AssertionError

    def fetch(self, remote: Remote, path: Path, stop: Stop) -> Iterator[Arrived]:
        """Get a file into `path`, after what already lies there; ends early on `stop()`.

        A connection that is cut is taken up again where it broke off, or from the beginning where the server cannot;
        raises `DownloadFailed` after some attempts that brought nothing. What arrived is kept.
        """
        if remote.address.startswith("file:"):
            yield from _copied(local_path(remote.address), path, stop)
            return
        failures = 0
        while not stop():
            before = length(path)
            try:
                yield from self._attempt(remote, path, stop)
                return
            except (httpx.TransportError, _CutOff) as error:
                failures = 1 if length(path) - before >= PROGRESS else failures + 1
                if failures >= TRIES:
                    raise _unreachable(remote.address, error) from error
                yield Arrived(length(path), remote.size, _reason(error))
                time.sleep(PAUSES[failures - 1])

    def _attempt(self, remote: Remote, path: Path, stop: Stop) -> Iterator[Arrived]:
        have = length(path)
        if remote.size and have == remote.size:
            yield Arrived(have, have)
            return
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and remote.etag and not remote.etag.startswith("W/"):
            headers["If-Range"] = remote.etag
        with self._opened(remote.address, headers) as reply:
            if reply.status_code == 416 or (reply.status_code == 206 and _begins(reply) != have):
                with writing(path):
                    path.write_bytes(b"")
                raise _CutOff("the server has another file than before")
            have = have if reply.status_code == 206 else 0
            total = _size(reply) or remote.size
            yield from _received(reply, path, have, total, stop)

    @contextmanager
    def _opened(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The reply to a request, its body unread; redirects from https to http are not followed."""
        try:
            with self._client.stream("GET", address, headers=headers) as reply:
                hops = [*(str(each.url) for each in reply.history), str(reply.url)]
                if address.startswith("https:") and not all(hop.startswith("https:") for hop in hops):
                    raise DownloadFailed(f"{site(address)} leads to an address without encryption; nothing was got.")
                if reply.status_code not in (200, 206, 416):
                    raise _refused(address, reply.status_code)
                yield reply
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
            raise DownloadFailed(f"{shown(address)} cannot be used: {error}.", hint="Check the address.") from error
        except httpx.DecodingError as error:
            raise _CutOff("it came damaged") from error


@cache
def _trusted(certificates: str) -> ssl.SSLContext:
    """The certificates of a file, or those that everybody trusts; reading them takes a while."""
    return ssl.create_default_context(cafile=certificates) if certificates else httpx.create_ssl_context()


class _CutOff(Exception):
    """A connection ended before the file did."""


def length(path: Path) -> int:
    """How many bytes of a file are there; 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def site(address: str) -> str:
    """The host of an address."""
    return urlsplit(address).hostname or address


def shown(address: str) -> str:
    """An address without a user's name and password."""
    return re.sub(r"(?<=//)[^/@]*@", "", address)


def local_path(address: str) -> Path:
    """The file that a `file:` address means."""
    return Path(url2pathname(unquote(urlsplit(address).path)))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says in one message that the disk is full or the folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(
                f"The disk is full: {path} cannot grow.",
                hint="Make room and run the same command again; it goes on from what has arrived.",
            ) from error
        raise DownloadFailed(
            f"{path} cannot be written: {error.strerror or error}.", hint="Check the folder's permissions."
        ) from error


def append(path: Path, pieces: Iterator[bytes], start: int) -> Iterator[int]:
    """Write pieces into a file after its first `start` bytes; yields its length after each."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "wb", buffering=0) as file:
            file.truncate(start)
            file.seek(start)
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[file.write(rest) :]
                start += len(piece)
                yield start


def _received(reply: httpx.Response, path: Path, have: int, total: int, stop: Stop) -> Iterator[Arrived]:
    done = have
    for done in append(path, reply.iter_raw(), have):
        yield Arrived(done, total)
        if stop():
            return
    if total and done < total:
        raise _CutOff("the connection was cut")


def _copied(source: Path, path: Path, stop: Stop) -> Iterator[Arrived]:
    try:
        total, have = source.stat().st_size, length(path)
        with source.open("rb") as file:
            have = have if have <= total else 0
            file.seek(have)
            for done in append(path, iter(lambda: file.read(PROGRESS), b""), have):
                yield Arrived(done, total)
                if stop():
                    return
    except FileNotFoundError as error:
        raise NotOffered(f"There is no file {source}.") from error


def _limited(reply: httpx.Response, most: int) -> Iterator[bytes]:
    """The body as far as it is wanted."""
    count = 0
    for piece in reply.iter_raw():
        yield piece
        count += len(piece)
        if count >= most:
            return


def _remote(address: str, reply: httpx.Response) -> Remote:
    linked = [each.headers.get("x-linked-etag", "").strip('"') for each in [*reply.history, reply]]
    sha256 = next((each for each in linked if re.fullmatch(r"[0-9a-f]{64}", each)), "")
    return Remote(address, _size(reply), reply.headers.get("etag", ""), sha256)


def _size(reply: httpx.Response) -> int:
    """The length of the whole file, of which the reply may be a part."""
    if reply.status_code == 206:
        _, _, total = reply.headers.get("content-range", "").rpartition("/")
    else:
        total = reply.headers.get("content-length", "")
    return int(total) if total.isdigit() else 0


def _begins(reply: httpx.Response) -> int:
    match = re.match(r"bytes (\d+)-", reply.headers.get("content-range", ""))
    return int(match[1]) if match else -1


def _kind(reply: httpx.Response) -> str:
    return str(reply.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _refused(address: str, status: int) -> DownloadFailed:
    where = site(address)
    if status in (404, 410):
        return NotOffered(f"{where} has no {urlsplit(address).path.rpartition('/')[2] or 'such file'}.")
    if status in (401, 403):
        return DownloadFailed(
            f"{where} does not give the file without an account ({status}).",
            hint="Get the file with a browser, then: assistant models get FILE",
        )
    return DownloadFailed(f"{where} answers with an error ({status}).", hint="Try again later.")


def _unreachable(address: str, error: Exception) -> DownloadFailed:
    return DownloadFailed(
        f"{site(address)} cannot be reached: {_reason(error)}.",
        hint="Check the network and run the same command again; it goes on from what has arrived.",
    )


def _reason(error: Exception) -> str:
    """Why a connection failed, in words."""
    match error:
        case httpx.ConnectTimeout() | httpx.ReadTimeout() | httpx.WriteTimeout():
            return "no answer in time"
        case httpx.RemoteProtocolError():
            return "the connection was cut"
        case httpx.ConnectError() if "CERTIFICATE" in str(error).upper():
            return "its certificate is not trusted (pip's setting `cert` names your own)"
        case httpx.ConnectError():
            return "there is no connection"
    return str(error).strip().rstrip(".") or "the connection was cut"
