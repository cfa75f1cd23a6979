-- The graph. Open ends of spans and absent days are 0, absent texts are '' and a field that the node's kind does not
-- have is NULL. Nodes, ties and paths have short numbers inside the database; ids are for the outside.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE relation (
  no   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO relation (no, name) VALUES
  (1, 'PART_OF'), (2, 'IN_COMPOUND'), (3, 'LIVES_IN'), (4, 'WORKS_AT'), (5, 'BELONGS_TO'), (6, 'REGISTERED_WITH'),
  (7, 'DEPLOYED_TO'), (8, 'HOLDS_POST'), (9, 'ON_DUTY_AT'), (10, 'RESPONSIBLE_FOR'), (11, 'CONTACT_OF'),
  (12, 'KEYHOLDER_OF'), (13, 'IN_TEAM'), (14, 'CHILD_OF'), (15, 'SET_UP_ON'), (16, 'FORMED_FROM'), (17, 'LEADS'),
  (18, 'SITS_ON'), (19, 'PAIRED_WITH'), (20, 'SERVES'), (21, 'LOCATED_IN'), (22, 'INSTALLED_AT');

CREATE TABLE node (
  no              INTEGER PRIMARY KEY,
  id              TEXT NOT NULL,
  kind            TEXT NOT NULL,
  version         INTEGER NOT NULL,
  valid_from      INTEGER NOT NULL,
  valid_to        INTEGER NOT NULL,
  sort_key        TEXT NOT NULL,
  norm            TEXT NOT NULL,
  lat             REAL,
  lon             REAL,
  -- one column for each filterable field, shared by the kinds that have it
  code            TEXT,
  code_scheme     TEXT,
  name            TEXT,
  level           TEXT,
  form            TEXT,
  management_kind TEXT,
  red_property    INTEGER,
  floors          INTEGER,
  number          TEXT,
  has_lift        INTEGER,
  floor           INTEGER,
  care_level      TEXT,
  place_kind      TEXT,
  org_kind        TEXT,
  tier            INTEGER,
  scheme          TEXT,
  committee_kind  TEXT,
  unit_kind       TEXT,
  body_kind       TEXT,
  team_kind       TEXT,
  temporary       INTEGER,
  register_no     TEXT,
  sex             TEXT,
  birth_date      INTEGER,
  party_status    TEXT,
  retired         INTEGER,
  serial          TEXT,
  status          TEXT,
  data            TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX node_id ON node (id);
-- The life span is in the index so that a kind can be counted without reading its rows.
CREATE INDEX node_title ON node (kind, sort_key, id, valid_from, valid_to);
-- One index for each sortable field.
CREATE INDEX node_code ON node (kind, code, id) WHERE code IS NOT NULL;
CREATE INDEX node_floors ON node (kind, floors, id) WHERE floors IS NOT NULL;
CREATE INDEX node_floor ON node (kind, floor, id) WHERE floor IS NOT NULL;
CREATE INDEX node_tier ON node (kind, tier, id) WHERE tier IS NOT NULL;
CREATE INDEX node_birth_date ON node (kind, birth_date, id) WHERE birth_date IS NOT NULL;
CREATE INDEX node_serial ON node (kind, serial, id) WHERE serial IS NOT NULL;
-- The natural key of people.
CREATE INDEX node_register_no ON node (register_no) WHERE register_no <> '';

-- R*Tree boxes are rounded outwards to 32 bits; lat and lon of node decide.
CREATE VIRTUAL TABLE point USING rtree (no, min_lat, max_lat, min_lon, max_lon);

-- The fields of a relation that a tie does not carry have their zero values.
CREATE TABLE tie (
  no         INTEGER PRIMARY KEY,
  id         TEXT NOT NULL,
  version    INTEGER NOT NULL,
  relation   INTEGER NOT NULL,
  from_no    INTEGER NOT NULL,
  to_no      INTEGER NOT NULL,
  ref_no     INTEGER,
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER NOT NULL,
  role       TEXT NOT NULL DEFAULT '',
  scheme     TEXT NOT NULL DEFAULT '',
  slot       TEXT NOT NULL DEFAULT '',
  status     TEXT NOT NULL DEFAULT '',
  post       TEXT NOT NULL DEFAULT '',
  kind       TEXT NOT NULL DEFAULT '',
  form       TEXT NOT NULL DEFAULT '',
  agreement  TEXT NOT NULL DEFAULT '',
  kinship    TEXT NOT NULL DEFAULT '',
  rank       INTEGER NOT NULL DEFAULT 0,
  full_time  INTEGER NOT NULL DEFAULT 0,
  part_time  INTEGER NOT NULL DEFAULT 0,
  consent    INTEGER NOT NULL DEFAULT 0,
  data       TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX tie_id ON tie (id);
-- The natural key of a tie; its first two columns find the ties from a node.
CREATE UNIQUE INDEX tie_from ON tie (relation, from_no, to_no, valid_from, role, scheme, slot);
CREATE INDEX tie_to ON tie (relation, to_no);
CREATE INDEX tie_ref ON tie (relation, ref_no) WHERE ref_no IS NOT NULL;

-- Dated values of the Flags fields.
CREATE TABLE flag (
  node_no    INTEGER NOT NULL,
  field      TEXT NOT NULL,
  ord        INTEGER NOT NULL,
  value      TEXT NOT NULL,
  kind       TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER NOT NULL,
  PRIMARY KEY (node_no, field, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_value ON flag (field, value, kind, node_no, valid_from, valid_to);

-- A path is a set of areas; most nodes are inside one path, and all people of a household share it. The areas are
-- the numbers of their nodes, ascending, with commas.
CREATE TABLE path (
  no    INTEGER PRIMARY KEY,
  areas TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE area_path (
  area_no INTEGER NOT NULL,
  path_no INTEGER NOT NULL,
  PRIMARY KEY (area_no, path_no)
) STRICT, WITHOUT ROWID;

-- In which areas a node is on which days.
CREATE TABLE inside (
  node_no    INTEGER NOT NULL,
  path_no    INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  PRIMARY KEY (node_no, path_no, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX inside_path ON inside (path_no, kind, node_no, valid_from, valid_to);

-- Search. A term is a text by which nodes are found; nodes with the same name share it. Suffixes find terms by the
-- start of a hit of classes that begin inside the text.
CREATE TABLE term (
  no     INTEGER PRIMARY KEY,
  norm   TEXT NOT NULL,
  person INTEGER NOT NULL,
  UNIQUE (norm, person)
) STRICT;

CREATE TABLE suffix (
  class   INTEGER NOT NULL,
  text    TEXT NOT NULL,
  term_no INTEGER NOT NULL,
  PRIMARY KEY (class, text, term_no)
) STRICT, WITHOUT ROWID;

-- several says that the node is found by more than one term.
CREATE TABLE entry (
  term_no INTEGER NOT NULL,
  node_no INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  several INTEGER NOT NULL,
  PRIMARY KEY (term_no, node_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  id       TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  result   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_revision ON batch (revision);

CREATE TABLE journal (
  revision INTEGER PRIMARY KEY,
  change   TEXT NOT NULL
) STRICT;
