-- A kind is counted from this index alone, and gone through in the order in which its rows stand on the disk: most nodes
-- have no life span, and then the numbers decide.
CREATE INDEX node_kind ON node (kind, valid_from, valid_to);
