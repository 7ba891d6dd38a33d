-- Units: *_ms unix milliseconds, *_us microseconds. NULL is unknown or never.

-- Every text that rows of run repeat: journeys, steps, locations, protocols,
-- kinds of failures. Id 0 is the empty text.
CREATE TABLE name (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO name (id, text) VALUES (0, '');

-- One row per run, appended in order of arrival and never changed.
CREATE TABLE run (
	id          INTEGER PRIMARY KEY,
	journey     INTEGER NOT NULL REFERENCES name (id),
	location    INTEGER NOT NULL REFERENCES name (id),
	start_ms    INTEGER NOT NULL,
	due_ms      INTEGER,          -- NULL: outside the schedule
	verdict     INTEGER NOT NULL, -- probes.Verdict
	duration_us INTEGER NOT NULL,
	detail      BLOB NOT NULL     -- steps and failure; see encode.go
) STRICT;

-- The one index on hot rows: it costs a second page per commit and some 15
-- bytes per run, and spares every read of one journey all the others' runs.
CREATE INDEX run_of_journey ON run (journey, start_ms);

-- The transcript of each journey's last failing run.
CREATE TABLE transcript (
	journey INTEGER PRIMARY KEY REFERENCES name (id),
	at_ms   INTEGER NOT NULL,
	text    TEXT NOT NULL
) STRICT;

CREATE TABLE mark (
	id    INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	text  TEXT NOT NULL
) STRICT;
CREATE INDEX mark_at ON mark (at_ms);

-- One row per limit: its incident as it stands now.
CREATE TABLE standing (
	id         INTEGER PRIMARY KEY,
	journey    TEXT NOT NULL,
	limit_name TEXT NOT NULL,
	state      INTEGER NOT NULL, -- alert.State
	decided_ms INTEGER NOT NULL, -- last change
	body       TEXT NOT NULL,    -- alert.Incident as JSON
	UNIQUE (journey, limit_name)
) STRICT;

-- One row per incident that ever opened: as it is, or as it was at its end.
CREATE TABLE incident (
	number      INTEGER PRIMARY KEY AUTOINCREMENT,
	standing    INTEGER NOT NULL REFERENCES standing (id),
	opened_ms   INTEGER NOT NULL,
	burned_ms   INTEGER,
	resolved_ms INTEGER,          -- NULL: open
	body        TEXT NOT NULL     -- alert.Incident as JSON
) STRICT;

-- Everything that happened, told or not.
CREATE TABLE event (
	id       INTEGER PRIMARY KEY,
	standing INTEGER NOT NULL REFERENCES standing (id),
	number   INTEGER REFERENCES incident (number), -- NULL: no incident was open
	kind     TEXT NOT NULL,    -- alert.EventKind
	at_ms    INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	body     TEXT NOT NULL     -- alert.Event as JSON
) STRICT;
CREATE INDEX event_of_incident ON event (number);

-- One row per forecast that was told.
CREATE TABLE forecast (
	standing    INTEGER NOT NULL REFERENCES standing (id),
	made_ms     INTEGER NOT NULL,
	number      INTEGER REFERENCES incident (number),
	earliest_ms INTEGER NOT NULL, -- the crossing as first told
	expected_ms INTEGER NOT NULL,
	latest_ms   INTEGER NOT NULL,
	outcome     TEXT,             -- alert.Outcome; NULL: not settled yet
	settled_ms  INTEGER,
	crossed_ms  INTEGER,          -- NULL: it was not crossed
	body        TEXT NOT NULL,    -- alert.Promise as JSON
	PRIMARY KEY (standing, made_ms)
) STRICT;

-- Where events are told. Kept here so that every process that decides knows.
CREATE TABLE route (
	name      TEXT PRIMARY KEY,
	active    INTEGER NOT NULL,
	hold_ms   INTEGER NOT NULL DEFAULT 0, -- nothing goes out before
	sent_ms   INTEGER,                    -- the delivery sent last
	dwell_ms  INTEGER                     -- from its decision until it was sent
) STRICT;

-- One row per event told and route. What it will say is rendered when sent.
CREATE TABLE outbox (
	seq          INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE, -- deterministic: the same event is never queued twice
	route        TEXT NOT NULL REFERENCES route (name),
	lane         TEXT NOT NULL,        -- goes out in order of seq
	standing     INTEGER NOT NULL REFERENCES standing (id),
	number       INTEGER,
	op           TEXT NOT NULL,        -- what it does to messages: post, edit, settle
	state        TEXT NOT NULL,        -- store.DeliveryState
	decided_ms   INTEGER NOT NULL,
	not_before_ms INTEGER NOT NULL,
	expires_ms   INTEGER NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0,
	first_try_ms INTEGER,
	sent_ms      INTEGER,
	channel      TEXT NOT NULL DEFAULT '',
	ts           TEXT NOT NULL DEFAULT '',
	error        TEXT NOT NULL DEFAULT '',
	event        TEXT NOT NULL         -- alert.Event as JSON
) STRICT;
CREATE INDEX outbox_waiting ON outbox (route, lane, seq) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX outbox_dead ON outbox (state) WHERE state = 'dead';

-- The message that an incident's later messages belong to.
CREATE TABLE thread (
	route   TEXT NOT NULL REFERENCES route (name),
	number  INTEGER NOT NULL REFERENCES incident (number),
	channel TEXT NOT NULL,
	ts      TEXT NOT NULL,
	PRIMARY KEY (route, number)
) STRICT;
