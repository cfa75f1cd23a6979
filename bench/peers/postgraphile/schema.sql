-- W1 as tables for PostGraphile: what holds on the day of the export, without history.
CREATE TABLE unit (
  id        text PRIMARY KEY,
  name      text NOT NULL,
  unit_kind text
);
CREATE TABLE household (
  id     text PRIMARY KEY,
  number text,
  floor  integer
);
CREATE TABLE person (
  id           text PRIMARY KEY,
  name         text NOT NULL,
  birth_date   date,
  household_id text REFERENCES household,
  unit_id      text REFERENCES unit
);
\copy unit FROM 'unit.csv' WITH (FORMAT csv, HEADER)
\copy household FROM 'household.csv' WITH (FORMAT csv, HEADER)
\copy person FROM 'person.csv' WITH (FORMAT csv, HEADER)
CREATE INDEX ON person (household_id, id);
CREATE INDEX ON person (unit_id);
VACUUM ANALYZE;
