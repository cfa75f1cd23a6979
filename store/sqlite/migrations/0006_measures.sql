-- Measures: what standing questions counted in areas, day by day.
INSERT INTO relation (no, name) VALUES (23, 'MEASURE_OF');

ALTER TABLE node ADD COLUMN question TEXT;
ALTER TABLE node ADD COLUMN day INTEGER;
ALTER TABLE node ADD COLUMN targets INTEGER;
ALTER TABLE node ADD COLUMN covered INTEGER;

CREATE INDEX node_day ON node (kind, day, id) WHERE day IS NOT NULL;
