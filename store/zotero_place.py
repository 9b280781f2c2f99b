"""Where Zotero keeps its database on this machine."""

import configparser
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from store.errors import UnreadableFile
from store.readers.zotero_database import FILE

VARIABLE = "ZOTERO_DATA_DIR"
"""The environment variable that names the folder, before all else."""

_PREFERENCE = re.compile(
    r'^\s*user_pref\(\s*"extensions\.zotero\.(useDataDir|dataDir)"\s*,\s*(true|false|".*")\s*\)\s*;', re.MULTILINE
)
_HINT = "Name its data folder: `assistant add zotero FOLDER`. Zotero shows it under Settings > Advanced."


def database(named: Path) -> Path:
    """The database that a user named: the file, or its folder."""
    found = named / FILE if named.is_dir() else named
    if not found.is_file():
        raise UnreadableFile(f"There is no Zotero library at {found}.", hint=_HINT)
    return found


def found(environment: Mapping[str, str], home: Path, platform: str) -> Path:
    """The database of this user, by Zotero's own preferences and by its usual places; `platform` is `sys.platform`."""
    if chosen := environment.get(VARIABLE):
        return database(Path(chosen).expanduser())
    folders = list(dict.fromkeys(_folders(environment, home, platform)))
    for folder in folders:
        if (folder / FILE).is_file():
            return folder / FILE
    raise UnreadableFile(
        f"Zotero's library was not found. Looked for it in {', '.join(map(str, folders))}.",
        hint=_HINT,
    )


def _folders(environment: Mapping[str, str], home: Path, platform: str) -> Iterator[Path]:
    """The data folder that a profile names, then the usual one, then those of old versions."""
    profiles = [profile for root in _roots(environment, home, platform) for profile in _profiles(root)]
    yield from filter(None, map(_data_folder, profiles))
    yield home / "Zotero"
    yield from (profile / "zotero" for profile in profiles)


def _roots(environment: Mapping[str, str], home: Path, platform: str) -> Iterator[Path]:
    """Where Zotero keeps its profiles."""
    if platform == "darwin":
        yield home / "Library" / "Application Support" / "Zotero"
    elif platform == "win32":
        yield Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Zotero" / "Zotero"
    else:
        yield home / ".zotero" / "zotero"
        yield home / ".var" / "app" / "org.zotero.Zotero" / ".zotero" / "zotero"
        yield home / "snap" / "zotero-snap" / "common" / ".zotero" / "zotero"


def _profiles(root: Path) -> list[Path]:
    """The profiles under a root, the default one first."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    with suppress(OSError, UnicodeDecodeError, configparser.Error):
        parser.read(root / "profiles.ini", encoding="utf-8-sig")
    sections = [parser[name] for name in parser.sections() if "Path" in parser[name]]
    sections.sort(key=lambda section: section.get("Default") != "1")
    return [
        root / section["Path"] if section.get("IsRelative") != "0" else Path(section["Path"]) for section in sections
    ]


def _data_folder(profile: Path) -> Path | None:
    """The folder that the user chose for this profile, where there is one."""
    chosen: dict[str, object] = {}
    for name in ("prefs.js", "user.js"):
        with suppress(OSError):
            for preference, value in _PREFERENCE.findall((profile / name).read_text("utf-8", "replace")):
                with suppress(ValueError):
                    chosen[preference] = json.loads(value)
    folder = chosen.get("dataDir")
    return Path(folder) if chosen.get("useDataDir") is True and isinstance(folder, str) and folder else None
