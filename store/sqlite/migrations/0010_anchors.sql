-- The heads of the files of the audit trail (store/anchor.go). They are no part of the graph.
CREATE TABLE anchor (file TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
