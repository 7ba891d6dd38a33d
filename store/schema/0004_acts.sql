-- What people did to incidents, and what they said of them.
CREATE TABLE act (
	id       INTEGER PRIMARY KEY,
	number   INTEGER NOT NULL REFERENCES incident (number),
	at_ms    INTEGER NOT NULL,
	kind     TEXT NOT NULL,    -- alert.ActKind
	who      TEXT NOT NULL,
	who_id   TEXT NOT NULL,    -- '': from a shell
	via      TEXT NOT NULL,
	until_ms INTEGER,          -- of a snooze
	tag      TEXT NOT NULL,    -- '': not said
	minutes  INTEGER NOT NULL  -- 0: not said
) STRICT;
CREATE INDEX act_of_incident ON act (number);
