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
    extra TEXT NOT NULL,              -- JSON object: the record's other fields
    status TEXT NOT NULL DEFAULT '',  -- retracted, withdrawn, expression of concern, corrected
    latex TEXT NOT NULL DEFAULT '{}', -- JSON object: BibTeX fields as they were written
    -- how titles, people and places are looked up: without case and accents
    squashed TEXT NOT NULL DEFAULT '',
    people TEXT NOT NULL DEFAULT '',  -- one name a line
    place TEXT NOT NULL DEFAULT ''
);
CREATE INDEX papers_by_id ON papers (id);
CREATE INDEX papers_filtered ON papers (year, people, place); -- answers filters without reading the papers
CREATE INDEX papers_by_squashed ON papers (squashed);
CREATE INDEX papers_by_status ON papers (status) WHERE status != '';

CREATE TABLE families (
    family TEXT NOT NULL,             -- an author's family name, without case and accents
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (family, paper)
) WITHOUT ROWID;
CREATE INDEX families_by_paper ON families (paper);

-- Which record of which file a paper came from; `fingerprint` tells a changed record.
CREATE TABLE sources (
    file TEXT NOT NULL,
    record TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    place INTEGER NOT NULL DEFAULT 0,       -- among the records of its paper
    said TEXT NOT NULL DEFAULT '',          -- the record as JSON, where its paper has others
    merged_by TEXT NOT NULL DEFAULT '',     -- the identity that it shared with them
    PRIMARY KEY (file, record)
) WITHOUT ROWID;
CREATE INDEX sources_by_paper ON sources (paper);

-- What a notice (a retraction, an erratum) says of the paper with a name such as those of `identities`.
CREATE TABLE notices (
    target TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    status TEXT NOT NULL,
    PRIMARY KEY (target, paper)
) WITHOUT ROWID;
CREATE INDEX notices_by_paper ON notices (paper);

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

-- Papers that share an identity and are two all the same: their merge was undone. Each pair stands here both ways.
CREATE TABLE apart (
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (paper, other)
) WITHOUT ROWID;
CREATE INDEX apart_by_other ON apart (other);

-- A passage is never changed, only replaced: its number names its text and its vector for good.
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector BLOB NOT NULL              -- float16, little endian
);
CREATE INDEX passages_by_paper ON passages (paper);

-- Sentences, and how they read in the context of their passage.
CREATE TABLE sentences (
    paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL,              -- int32, little endian: where each begins and ends in the abstract
    vectors BLOB NOT NULL             -- float16, little endian
);

-- The vectors of another embedder, until there is one for every passage and they take the others' place.
CREATE TABLE next_passages (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE next_sentences (
    paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL,              -- int32, little endian: where each begins and ends in the abstract
    vectors BLOB NOT NULL             -- float16, little endian
);

-- The terms of each paper (see store.terms), and which terms there are.
CREATE VIRTUAL TABLE words USING fts5 (terms, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
