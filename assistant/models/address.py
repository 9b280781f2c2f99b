"""Where a server may be: on this machine, or on the one host that the user names."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from assistant.errors import BadSettings
from assistant.settings import Settings


def address(settings: Settings) -> SplitResult:
    """The configured server's address; raises `BadSettings` where it is none, or leads off this machine unasked."""
    parts = _split(settings.server)
    host = parts.hostname or ""
    if not is_loopback(host) and host != settings.remote_host.strip().lower():
        raise BadSettings(
            f"The server {host} is another machine: questions and sentences of abstracts would be sent to it.",
            hint=f'If that is what you want, set remote_host = "{host}".',
        )
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host(parts: SplitResult) -> str:
    """What to connect to; "localhost" is this machine whatever its name service says."""
    name = parts.hostname or ""
    return "127.0.0.1" if name == "localhost" else name


def leaves(settings: Settings) -> str:
    """What leaves the machine under these settings; "" where nothing does."""
    if not settings.server:
        return ""
    parts = address(settings)
    host = parts.hostname or ""
    if is_loopback(host):
        return ""
    if parts.scheme == "https":
        return f"Questions and sentences of abstracts are sent to {host}."
    what = (
        "Questions, sentences of abstracts and the key"
        if settings.server_key
        else "Questions and sentences of abstracts"
    )
    return f"{what} are sent to {host} unencrypted (http)."


def server_of(parts: SplitResult) -> str:
    """How messages call a server."""
    return f"The server at {parts.scheme}://{parts.netloc}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or not text.isprintable() or " " in text.strip():
        raise BadSettings(
            f"server = '{text}' is no address of a server.", hint="It looks like this: http://127.0.0.1:8080/v1"
        )
    return parts._replace(query="", fragment="")
