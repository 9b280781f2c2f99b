"""What of a home folder is the truth: the databases, from which all else can be made again."""

from pathlib import Path

SUFFIXES = (".sqlite", ".sqlite3", ".db")
ASIDE = "replaced-"
"""How the folders begin that keep what a restored backup took the place of."""

_DERIVED = ("models", "log")


def databases(home: Path) -> list[str]:
    """The truth files under a home folder as relative names with "/": `library/catalogue.sqlite3` and its like."""
    found = [path for pattern in ("*", "*/*") for path in home.glob(pattern) if path.is_file()]
    return sorted(name for path in found if is_database(name := path.relative_to(home).as_posix()))


def is_database(name: str) -> bool:
    """Whether a relative name is that of a truth file; Chroma's own database, two folders deep, is none."""
    parts = name.split("/")
    plain = all(part and not part.startswith(".") and "\\" not in part for part in parts)
    return (
        plain
        and len(parts) <= 2
        and name.endswith(SUFFIXES)
        and not (len(parts) == 2 and (parts[0] in _DERIVED or parts[0].startswith(ASIDE)))
    )
