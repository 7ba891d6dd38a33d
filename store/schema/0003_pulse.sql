-- One row per heartbeat: what its next ping is expected from.
CREATE TABLE pulse (
	journey   INTEGER PRIMARY KEY REFERENCES name (id),
	anchor_ms INTEGER NOT NULL, -- the next one is due an interval after this
	began_ms  INTEGER,          -- the job is under way since; NULL: it is not
	heard_ms  INTEGER           -- the last ping; NULL: none has ever come
) STRICT;
