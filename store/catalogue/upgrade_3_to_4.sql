-- From schema 3: retractions and corrections, and BibTeX fields as they were written.
-- What is derived from the papers is filled in by store.catalogue.upgrades.

ALTER TABLE papers ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN latex TEXT NOT NULL DEFAULT '{}';
CREATE INDEX papers_by_status ON papers (status) WHERE status != '';

CREATE TABLE notices (
    target TEXT NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    status TEXT NOT NULL,
    PRIMARY KEY (target, paper)
) WITHOUT ROWID;
CREATE INDEX notices_by_paper ON notices (paper);
