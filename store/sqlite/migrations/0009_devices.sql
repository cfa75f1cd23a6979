-- What doorbells make known of themselves (kg/place.go). The hash of a device's key is in data, where nothing asks for it.
ALTER TABLE node ADD COLUMN heard_at TEXT;
ALTER TABLE node ADD COLUMN battery INTEGER;
ALTER TABLE node ADD COLUMN tested_at TEXT;
ALTER TABLE node ADD COLUMN check_at TEXT;

CREATE INDEX node_heard_at ON node (kind, heard_at, id) WHERE heard_at IS NOT NULL;
CREATE INDEX node_tested_at ON node (kind, tested_at, id) WHERE tested_at IS NOT NULL;
