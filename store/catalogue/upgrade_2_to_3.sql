-- From schema 2: what each record of a merged paper said, so that a merge can be undone.
-- The records merged so far have said nothing yet: without a fingerprint they are read anew when their files are added.

ALTER TABLE sources ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN said TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN merged_by TEXT NOT NULL DEFAULT '';
UPDATE sources SET fingerprint = '' WHERE paper IN (SELECT paper FROM sources GROUP BY paper HAVING count(*) > 1);

CREATE TABLE apart (
    paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (paper, other)
) WITHOUT ROWID;
CREATE INDEX apart_by_other ON apart (other);
