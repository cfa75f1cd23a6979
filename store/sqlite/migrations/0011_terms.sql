-- The index on the texts of terms gets a name, so that a load can do without it until it is ready.
CREATE TABLE named_term (
  no     INTEGER PRIMARY KEY,
  norm   TEXT NOT NULL,
  person INTEGER NOT NULL
) STRICT;
INSERT INTO named_term (no, norm, person) SELECT no, norm, person FROM term ORDER BY no;
DROP TABLE term;
ALTER TABLE named_term RENAME TO term;
CREATE UNIQUE INDEX term_norm ON term (norm, person);
