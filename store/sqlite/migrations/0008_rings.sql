-- Rings of doorbells, their alerts and their timelines (kg/ring.go). Moments are texts that sort as they follow.
INSERT INTO relation (no, name) VALUES (24, 'RANG_AT'), (25, 'ALERT_OF'), (26, 'ALERT_TO'), (27, 'EVENT_OF');

ALTER TABLE node ADD COLUMN state TEXT;
ALTER TABLE node ADD COLUMN outcome TEXT;
ALTER TABLE node ADD COLUMN policy TEXT;
ALTER TABLE node ADD COLUMN drill INTEGER;
ALTER TABLE node ADD COLUMN mass INTEGER;
ALTER TABLE node ADD COLUMN ordinal INTEGER;
ALTER TABLE node ADD COLUMN pressed_at TEXT;
ALTER TABLE node ADD COLUMN due_at TEXT;
ALTER TABLE node ADD COLUMN role TEXT;
ALTER TABLE node ADD COLUMN called_at TEXT;
ALTER TABLE node ADD COLUMN event TEXT;
ALTER TABLE node ADD COLUMN at TEXT;

CREATE INDEX node_ordinal ON node (kind, ordinal, id) WHERE ordinal IS NOT NULL;
CREATE INDEX node_pressed_at ON node (kind, pressed_at, id) WHERE pressed_at IS NOT NULL;
CREATE INDEX node_due_at ON node (kind, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX node_called_at ON node (kind, called_at, id) WHERE called_at IS NOT NULL;
CREATE INDEX node_at ON node (kind, at, id) WHERE at IS NOT NULL;
