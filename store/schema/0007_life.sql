-- One row: until when forewarn is known to have run.
CREATE TABLE life (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	seen_ms INTEGER NOT NULL
) STRICT;
