-- Party members by title, and counted, without reading the rows of people.
DROP INDEX node_party_status;
CREATE INDEX node_party_status ON node (party_status, kind, sort_key, id, valid_from, valid_to) WHERE party_status <> 'NONE';
CREATE INDEX node_party_title ON node (kind, sort_key, id, party_status, valid_from, valid_to) WHERE party_status <> 'NONE';
