-- Party members among all people, and looked-after households among all households, are few and often asked for.
CREATE INDEX node_party_status ON node (party_status) WHERE party_status <> 'NONE';
CREATE INDEX node_care_level ON node (care_level) WHERE care_level <> '';
