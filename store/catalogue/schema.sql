-- The catalogue: the truth about the library. Everything else can be rebuilt from it.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE papers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    abstract TEXT NOT NULL,
    authors TEXT NOT NULL,            -- JSON list
    year INTEGER,
    venue TEXT NOT NULL,
    doi TEXT NOT NULL,
    arxiv TEXT NOT NULL,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    extra TEXT NOT NULL               -- JSON object: the record's other fields
);
CREATE INDEX papers_by_id ON papers (id);
CREATE INDEX papers_by_year ON papers (year);

-- Which record of which file a paper came from; `fingerprint` tells a changed record.
CREATE TABLE sources (
    file TEXT NOT NULL,
    record TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (file, record)
) WITHOUT ROWID;
CREATE INDEX sources_by_paper ON sources (paper);

CREATE TABLE identities (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
CREATE INDEX identities_by_paper ON identities (paper);

-- Every cite key a paper was ever imported with.
CREATE TABLE keys (
    key TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (key, paper)
) WITHOUT ROWID;
CREATE INDEX keys_by_paper ON keys (paper);

CREATE TABLE tags (
    tag TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (tag, paper)
) WITHOUT ROWID;
CREATE INDEX tags_by_paper ON tags (paper);

-- A passage is never changed, only replaced: its number names its text and its vector for good.
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector BLOB NOT NULL              -- float16, little endian
);
CREATE INDEX passages_by_paper ON passages (paper);

CREATE VIRTUAL TABLE words USING fts5 (
    title, abstract, authors, venue,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
