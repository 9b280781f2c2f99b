"""Databases with Zotero's schema, of Zotero 5 (userdata 100) and of Zotero 8 (userdata 125), to be filled by tests."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

OLD, NEW = 100, 125

_GLOBAL = {
    "itemTypes": "itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT, display INT DEFAULT 1",
    "itemTypesCombined": "itemTypeID INT PRIMARY KEY, typeName TEXT, display INT DEFAULT 1, custom INT",
    "fields": "fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT",
    "fieldsCombined": "fieldID INT PRIMARY KEY, fieldName TEXT, label TEXT, fieldFormatID INT, custom INT",
    "creatorTypes": "creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT",
}
_USER = {
    "version": "schema TEXT PRIMARY KEY, version INT NOT NULL",
    "settings": "setting TEXT, key TEXT, value, PRIMARY KEY (setting, key)",
    "items": "itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " dateModified TIMESTAMP DEFAULT CURRENT_TIMESTAMP, clientDateModified TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " libraryID INT NOT NULL, key TEXT NOT NULL, version INT DEFAULT 0, synced INT DEFAULT 0, UNIQUE (libraryID, key)",
    "itemDataValues": "valueID INTEGER PRIMARY KEY, value UNIQUE",
    "itemData": "itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID)",
    "itemNotes": "itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT",
    "itemAttachments": "itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, charsetID INT,"
    " path TEXT, syncState INT DEFAULT 0, storageModTime INT, storageHash TEXT",
    "tags": "tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE",
    "itemTags": "itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL, PRIMARY KEY (itemID, tagID)",
    "creators": "creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT,"
    " UNIQUE (lastName, firstName, fieldMode)",
    "itemCreators": "itemID INT NOT NULL, creatorID INT NOT NULL, creatorTypeID INT NOT NULL DEFAULT 1,"
    " orderIndex INT NOT NULL DEFAULT 0, PRIMARY KEY (itemID, creatorID, creatorTypeID, orderIndex)",
    "collections": "collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL, parentCollectionID INT,"
    " clientDateModified TIMESTAMP DEFAULT CURRENT_TIMESTAMP, libraryID INT NOT NULL, key TEXT NOT NULL,"
    " version INT DEFAULT 0, synced INT DEFAULT 0, UNIQUE (libraryID, key)",
    "collectionItems": "collectionID INT NOT NULL, itemID INT NOT NULL, orderIndex INT DEFAULT 0,"
    " PRIMARY KEY (collectionID, itemID)",
    "feeds": "libraryID INTEGER PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL UNIQUE, lastUpdate TIMESTAMP",
    "feedItems": "itemID INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, readTime TIMESTAMP",
    "deletedItems": "itemID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL",
    "libraries": "libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT NOT NULL, filesEditable INT NOT NULL,"
    " version INT DEFAULT 0, storageVersion INT DEFAULT 0, lastSync INT DEFAULT 0, archived INT DEFAULT 0",
    "groups": "groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " description TEXT NOT NULL, version INT NOT NULL",
}
_SINCE_6 = {
    "itemAnnotations": "itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL, type INTEGER NOT NULL, text TEXT,"
    " comment TEXT, color TEXT, pageLabel TEXT, sortIndex TEXT NOT NULL, position TEXT NOT NULL",
    "deletedCollections": "collectionID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL",
    "retractedItems": "itemID INTEGER PRIMARY KEY, data TEXT, flag INT DEFAULT 0",
}
_TYPES = (
    "note book bookSection journalArticle magazineArticle newspaperArticle thesis letter manuscript interview film"
    " artwork webpage attachment report bill case hearing patent statute email map blogPost instantMessage forumPost"
    " audioRecording presentation videoRecording tvBroadcast radioBroadcast podcast computerProgram conferencePaper"
    " document encyclopediaArticle dictionaryEntry annotation preprint dataset standard"
).split()
_FIELDS = (
    "url rights series volume issue edition place publisher pages ISBN publicationTitle ISSN date section callNumber"
    " archiveLocation distributor extra journalAbbreviation DOI accessDate seriesTitle title abstractNote language"
    " university thesisType institution reportNumber reportType bookTitle proceedingsTitle conferenceName repository"
    " archiveID caseName nameOfAct subject filingDate patentNumber websiteTitle"
).split()
_ROLES = "author contributor editor translator seriesEditor inventor bookAuthor presenter".split()


class ZoteroLibrary:
    """A database that is made anew, and closed after each change, as Zotero leaves it when it ends."""

    def __init__(self, folder: Path, schema: int = NEW) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "zotero.sqlite"
        self._fields = {name: number for number, name in enumerate([*_FIELDS, *(["citationKey"] * (schema >= NEW))], 1)}
        with closing(sqlite3.connect(self.file)) as database, database:
            for table, columns in {**_GLOBAL, **_USER, **(_SINCE_6 if schema >= NEW else {})}.items():
                database.execute(f"CREATE TABLE {table} ({columns})")
            database.execute("INSERT INTO version VALUES ('userdata', ?)", (schema,))
            database.executemany("INSERT INTO itemTypes (typeName) VALUES (?)", [(each,) for each in _TYPES])
            database.execute("INSERT INTO itemTypesCombined SELECT itemTypeID, typeName, 1, 0 FROM itemTypes")
            database.executemany("INSERT INTO fields (fieldName) VALUES (?)", [(each,) for each in self._fields])
            database.execute("INSERT INTO fieldsCombined SELECT fieldID, fieldName, NULL, NULL, 0 FROM fields")
            database.executemany("INSERT INTO creatorTypes (creatorType) VALUES (?)", [(each,) for each in _ROLES])
            database.execute(
                "INSERT INTO libraries (libraryID, type, editable, filesEditable) VALUES (1, 'user', 1, 1)"
            )

    def change(self, statement: str, *values: Any) -> int:
        """Make a change by hand; the number of the row that it put in."""
        with closing(sqlite3.connect(self.file)) as database, database:
            return int(database.execute(statement, values).lastrowid or 0)

    def group(self, name: str, group: int = 4711, library: int = 2) -> int:
        self.change(
            "INSERT INTO libraries (libraryID, type, editable, filesEditable) VALUES (?, 'group', 1, 1)", library
        )
        self.change("INSERT INTO groups VALUES (?, ?, ?, '', 1)", group, library, name)
        return library

    def collection(self, name: str, *, above: int | None = None, library: int = 1) -> int:
        statement = "INSERT INTO collections (collectionName, parentCollectionID, libraryID, key) VALUES (?, ?, ?, ?)"
        return self.change(statement, name, above, library, f"C{name}"[:8].upper())

    def items(self, records: Sequence[Mapping[str, Any]]) -> list[int]:
        """Put items in; each is its fields besides `type`, `key`, `library`, `creators`, `tags`, `automatic`, `in`."""
        with closing(sqlite3.connect(self.file)) as database, database:
            return [self._item(database, record) for record in records]

    def item(self, **record: Any) -> int:
        return self.items([record])[0]

    def note(self, parent: int | None, html: str, title: str = "") -> int:
        number = self.item(type="note")
        self.change("INSERT INTO itemNotes VALUES (?, ?, ?, ?)", number, parent, html, title)
        return number

    def trash(self, number: int) -> None:
        self.change("INSERT INTO deletedItems (itemID) VALUES (?)", number)

    def _item(self, database: sqlite3.Connection, record: Mapping[str, Any]) -> int:
        rest = dict(record)
        (count,) = database.execute("SELECT count(*) FROM items").fetchone()
        kind, library = rest.pop("type", "journalArticle"), rest.pop("library", 1)
        creators, manual, automatic = (rest.pop(name, ()) for name in ("creators", "tags", "automatic"))
        number = database.execute(
            "INSERT INTO items (itemTypeID, libraryID, key) SELECT itemTypeID, ?, ? FROM itemTypes WHERE typeName = ?",
            (library, rest.pop("key", f"KEY{count + 1:05}"), kind),
        ).lastrowid
        assert number is not None
        for collection in rest.pop("in", ()):
            database.execute("INSERT INTO collectionItems VALUES (?, ?, 0)", (collection, number))
        for name, value in rest.items():
            database.execute("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", (value,))
            database.execute(
                "INSERT INTO itemData SELECT ?, ?, valueID FROM itemDataValues WHERE value = ?",
                (number, self._fields[name], value),
            )
        for place, creator in enumerate(creators):
            self._creator(database, number, place, *creator)
        for type_, tags in ((0, manual), (1, automatic)):
            for tag in tags:
                database.execute("INSERT OR IGNORE INTO tags (name) VALUES (?)", (tag,))
                database.execute(
                    "INSERT INTO itemTags SELECT ?, tagID, ? FROM tags WHERE name = ?", (number, type_, tag)
                )
        return number

    def _creator(
        self, database: sqlite3.Connection, item: int, place: int, last: str, first: str = "", role: str = "author"
    ) -> None:
        """A person; one without a first name is written in one field, as a group is."""
        person = (first, last, 0 if first else 1)
        database.execute("INSERT OR IGNORE INTO creators (firstName, lastName, fieldMode) VALUES (?, ?, ?)", person)
        database.execute(
            "INSERT INTO itemCreators SELECT ?, creatorID, creatorTypeID, ? FROM creators, creatorTypes"
            " WHERE (firstName, lastName, fieldMode) = (?, ?, ?) AND creatorType = ?",
            (item, place, *person, role),
        )


def better_bibtex(folder: Path, keys: Mapping[int, str]) -> Path:
    """The file in which Better BibTeX keeps its cite keys, beside Zotero's database."""
    file = folder / "better-bibtex.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "CREATE TABLE citationkey (itemID NOT NULL UNIQUE, itemKey NOT NULL, libraryID NOT NULL,"
            " citationKey NOT NULL, pinned, UNIQUE (libraryID, itemKey))"
        )
        rows = [(number, f"KEY{number:05}", 1, key, 0) for number, key in keys.items()]
        database.executemany("INSERT INTO citationkey VALUES (?, ?, ?, ?, ?)", rows)
    return file
