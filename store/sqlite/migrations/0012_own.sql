-- What people ask of their own records, rings of which only what they count for is kept, and tombstones (kg/erase.go).
ALTER TABLE node ADD COLUMN correction TEXT DEFAULT '';
ALTER TABLE node ADD COLUMN reduced INTEGER DEFAULT 0;

CREATE INDEX node_correction ON node (correction) WHERE correction <> '';

CREATE TABLE tombstone (
  id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Always empty: what fills it for a moment goes over pages that are free (store/sqlite/forget.go).
CREATE TABLE scrub (
  no   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;
