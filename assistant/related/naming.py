"""How a paper is named in running text: its authors."""

from dataclasses import dataclass

from store.names import parts
from store.records import Paper


@dataclass(frozen=True, slots=True)
class Authors:
    """`name` as it stands in a sentence; empty where the record names nobody. `one` where a single person wrote it."""

    name: str
    one: bool = False


def authors(paper: Paper) -> Authors:
    """Family names of one or two authors, of more the first one and "et al."."""
    families = [family for author in paper.authors if (family := written_family(author))]
    match families:
        case []:
            return Authors("")
        case [only]:
            is_person = len(only.split()) < 4 and not only.isupper()
            return Authors(only, one=is_person and only.lower() != "others")
        case [first, second] if second.lower() not in {"others", "et al."}:
            return Authors(f"{first} and {second}")
        case [first, *_]:
            return Authors(f"{first} et al.")
    raise AssertionError(families)


def written_family(author: str) -> str:
    """The family name of "Family, Given" or "Given Family", as it is written, with its particles.

    A name without capitals, as some collections have them, gets one.
    """
    author = " ".join(author.split())
    if author.islower() and "others" not in author:
        author = author.title()
    return parts(author).family
