CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- AUTOINCREMENT: a number is never given twice
    title TEXT NOT NULL,
    created TEXT NOT NULL,                 -- times are UTC, ISO 8601
    updated TEXT NOT NULL,
    removed TEXT NOT NULL DEFAULT ''
);
CREATE INDEX conversations_by_time ON conversations (removed, updated);

CREATE TABLE turns (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    place INTEGER NOT NULL,                -- from 1
    question TEXT NOT NULL,
    rewritten TEXT NOT NULL,
    answer TEXT NOT NULL,                  -- JSON object
    model TEXT NOT NULL,
    asked TEXT NOT NULL,
    UNIQUE (conversation, place)
);

-- A row for every turn, under its number, and one for every title, under the conversation's number below zero.
CREATE VIRTUAL TABLE said USING fts5 (question, answer, titles, tokenize = 'porter unicode61 remove_diacritics 2');
