"""What a user does with the papers of a library: undo and ask for merges, drop what left a file."""

from collections.abc import Sequence

from store.errors import StoreError
from store.library import Change, Library
from store.records import Left, Paper


def undo_merge(library: Library, key: str, records: Sequence[int] = ()) -> list[Paper]:
    """Make papers of their own of the records of a paper; the papers, first the one that has the key.

    `records` are numbers from 2, as `Catalogue.merges` lists them; none: all. Added again, they stay apart.
    """
    catalogue = library.catalogue
    number = catalogue.number_of(key)
    numbers = library.change("undoing a merge", lambda: (catalogue.separate(number, records), []))
    return list(catalogue.papers(numbers).values())


def merge(library: Library, keys: Sequence[str]) -> Paper:
    """Make one paper of several, under the first key; the others go on to name it, too."""
    catalogue = library.catalogue
    kept, *others = dict.fromkeys(catalogue.number_of(key) for key in keys)
    if not others:
        raise StoreError("A merge needs the keys of two papers at least.", hint="These all name the same one.")

    def joined() -> Change:
        steps = [catalogue.join(kept, other) for other in others]
        return [entered for entered, _ in steps], [passage for _, gone in steps for passage in gone]

    library.change("merging papers", joined)
    return catalogue.paper(kept)


def drop(library: Library, left: Sequence[Left]) -> int:
    """Take away records that left their files, and the papers that have no other; returns how many papers went."""
    catalogue = library.catalogue
    before = catalogue.count()
    records = [(each.file, each.record) for each in left]
    library.change("removing what left a file", lambda: catalogue.drop_records(records))
    return before - catalogue.count()
