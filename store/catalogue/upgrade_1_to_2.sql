-- From schema 1: stemmed full text, columns to look people and titles up, vectors of sentences.
-- What is derived from the papers is filled in by store.catalogue.upgrades.

DROP TABLE words;
ALTER TABLE papers ADD COLUMN squashed TEXT NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN people TEXT NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN place TEXT NOT NULL DEFAULT '';
DROP INDEX papers_by_year;
CREATE INDEX papers_filtered ON papers (year, people, place);
CREATE INDEX papers_by_squashed ON papers (squashed);

CREATE TABLE families (
    family TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (family, paper)
) WITHOUT ROWID;
CREATE INDEX families_by_paper ON families (paper);

CREATE TABLE sentences (
    paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL,              -- int32, little endian: where each begins and ends in the abstract
    vectors BLOB NOT NULL             -- float16, little endian
);
CREATE TABLE next_passages (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE next_sentences (
    paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    spans BLOB NOT NULL,              -- int32, little endian: where each begins and ends in the abstract
    vectors BLOB NOT NULL             -- float16, little endian
);

CREATE VIRTUAL TABLE words USING fts5 (terms, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
