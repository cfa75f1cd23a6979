-- Suffixes that came in large batches: sorted runs of blocks that Go packs (suffixblock.go), instead of a row each. Rows
-- of suffix that there are stay, and small edits add to them.
CREATE TABLE suffix_run (
  no          INTEGER PRIMARY KEY,
  class       INTEGER NOT NULL,
  postings    INTEGER NOT NULL,
  first_block INTEGER NOT NULL,
  last_block  INTEGER NOT NULL
) STRICT;

-- last is the last text in the block; the blocks of a run follow each other.
CREATE TABLE suffix_block (
  no   INTEGER PRIMARY KEY,
  run  INTEGER NOT NULL,
  last TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX suffix_block_last ON suffix_block (run, last);
