-- What the first release wrote.
PRAGMA application_id = 1182225006;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE event (
	id       INTEGER PRIMARY KEY,
	standing INTEGER NOT NULL REFERENCES standing (id),
	number   INTEGER REFERENCES incident (number), -- NULL: no incident was open
	kind     TEXT NOT NULL,    -- alert.EventKind
	at_ms    INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	body     TEXT NOT NULL     -- alert.Event as JSON
) STRICT;
INSERT INTO "event" VALUES(1,1,1,'soon',1795348800000,1,'{"Kind":"soon","At":"2026-11-22T12:00:00Z","Number":1,"Revision":1,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "event" VALUES(2,1,1,'burning',1795352400000,2,'{"Kind":"burning","At":"2026-11-22T13:00:00Z","Number":1,"Revision":2,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "event" VALUES(3,1,1,'settled',1795352400000,0,'{"Kind":"settled","At":"2026-11-22T13:00:00Z","Number":1,"Revision":0,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"2026-11-22T13:00:00Z"},"Outcome":"came"}');
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
INSERT INTO "forecast" VALUES(1,1795348800000,1,1795351200000,1795352400000,1795353600000,'came',1795352400000,1795352400000,'{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"2026-11-22T13:00:00Z"}');
CREATE TABLE incident (
	number      INTEGER PRIMARY KEY AUTOINCREMENT,
	standing    INTEGER NOT NULL REFERENCES standing (id),
	opened_ms   INTEGER NOT NULL,
	burned_ms   INTEGER,
	resolved_ms INTEGER,          -- NULL: open
	body        TEXT NOT NULL     -- alert.Incident as JSON
) STRICT;
INSERT INTO "incident" VALUES(1,1,1795348800000,NULL,NULL,'{"Limit":{"Journey":"checkout","Limit":"journey latency","Step":"","Signal":"latency","Value":1.5,"Below":false,"Stat":"p50","Window":0,"Ahead":7200000000000,"Confirm":{"Over":3,"Of":5},"Every":60000000000},"Location":"","State":3,"Entered":"2026-11-22T13:00:00Z","Revision":2,"Number":1,"Opened":"2026-11-22T12:00:00Z","Burned":"0001-01-01T00:00:00Z","Resolved":"0001-01-01T00:00:00Z","Runs":null,"Good":0,"LastRun":"0001-01-01T00:00:00Z","Value":0,"Worst":0,"WorstAt":"0001-01-01T00:00:00Z","Why":"","FailedAt":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Pending":[],"Evidence":"0001-01-01T00:00:00Z","AckBy":"","AckAt":"0001-01-01T00:00:00Z","SnoozedUntil":"0001-01-01T00:00:00Z","Blind":"0001-01-01T00:00:00Z"}');
CREATE TABLE mark (
	id    INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	text  TEXT NOT NULL
) STRICT;
INSERT INTO "mark" VALUES(1,1795348800000,'deploy 1.2');
CREATE TABLE name (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "name" VALUES(0,'');
INSERT INTO "name" VALUES(1,'passed');
INSERT INTO "name" VALUES(2,'kyiv');
INSERT INTO "name" VALUES(3,'open login');
INSERT INTO "name" VALUES(4,'HTTP/2.0');
INSERT INTO "name" VALUES(5,'log in');
INSERT INTO "name" VALUES(6,'search');
INSERT INTO "name" VALUES(7,'pay');
INSERT INTO "name" VALUES(8,'cancel order');
INSERT INTO "name" VALUES(9,'failed');
INSERT INTO "name" VALUES(10,'expect');
INSERT INTO "name" VALUES(11,'missing');
INSERT INTO "name" VALUES(12,'empty');
INSERT INTO "name" VALUES(13,'timed out, phases not adding up');
INSERT INTO "name" VALUES(14,'a failure of its own, certificates that differ');
INSERT INTO "name" VALUES(15,'self');
CREATE TABLE outbox (
	seq          INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE, -- deterministic: the same event is never queued twice
	route        TEXT NOT NULL REFERENCES route (name),
	lane         TEXT NOT NULL,        -- goes out in order of seq
	standing     INTEGER NOT NULL REFERENCES standing (id),
	number       INTEGER,
	op           TEXT NOT NULL,        -- post: a message of its own; edit: makes an earlier one true
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
INSERT INTO "outbox" VALUES(1,'inc-1/soon/1/slack','slack','inc-1',1,1,'post','sent',1795348800000,1795348800000,1795353600000,1,1795348801000,1795348801000,'C1','ts of inc-1/soon/1/slack','','{"Kind":"soon","At":"2026-11-22T12:00:00Z","Number":1,"Revision":1,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "outbox" VALUES(2,'inc-1/soon/1/terminal','terminal','inc-1',1,1,'post','pending',1795348800000,1795348800000,1795353600000,0,NULL,NULL,'','','','{"Kind":"soon","At":"2026-11-22T12:00:00Z","Number":1,"Revision":1,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "outbox" VALUES(3,'inc-1/burning/2/slack','slack','inc-1',1,1,'post','pending',1795352400000,1795352400000,1795438800000,0,NULL,NULL,'','','','{"Kind":"burning","At":"2026-11-22T13:00:00Z","Number":1,"Revision":2,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "outbox" VALUES(4,'inc-1/burning/2/terminal','terminal','inc-1',1,1,'post','pending',1795352400000,1795352400000,1795438800000,0,NULL,NULL,'','','','{"Kind":"burning","At":"2026-11-22T13:00:00Z","Number":1,"Revision":2,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Outcome":""}');
INSERT INTO "outbox" VALUES(5,'inc-1/settled/0/slack','slack','inc-1',1,1,'settle','pending',1795352400000,1795352400000,1795438800000,0,NULL,NULL,'','','','{"Kind":"settled","At":"2026-11-22T13:00:00Z","Number":1,"Revision":0,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"2026-11-22T13:00:00Z"},"Outcome":"came"}');
INSERT INTO "outbox" VALUES(6,'inc-1/settled/0/terminal','terminal','inc-1',1,1,'settle','pending',1795352400000,1795352400000,1795438800000,0,NULL,NULL,'','','','{"Kind":"settled","At":"2026-11-22T13:00:00Z","Number":1,"Revision":0,"By":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"2026-11-22T13:00:00Z"},"Outcome":"came"}');
CREATE TABLE route (
	name      TEXT PRIMARY KEY,
	active    INTEGER NOT NULL,
	hold_ms   INTEGER NOT NULL DEFAULT 0, -- nothing goes out before
	sent_ms   INTEGER,                    -- the delivery sent last
	dwell_ms  INTEGER                     -- from its decision until it was sent
) STRICT;
INSERT INTO "route" VALUES('slack',1,0,1795348801000,1000);
INSERT INTO "route" VALUES('terminal',1,0,NULL,NULL);
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
INSERT INTO "run" VALUES(1,1,2,1795348800123,1795348800120,1,256204,X'010000000503E1049007D224ACAF01EEFF02AA8405901C9003F49C020401FEE5F3B50D05A102C801F2FB05901C9003F49C02040106A102C801C0F306901C9003F49C02040107A102C6018CEB07901C9003F49C02040108A502C601D8E208901C9003F49C020401');
INSERT INTO "run" VALUES(2,9,2,1795348800000,1795348799997,2,256204,X'010006040503E10400D224ACAF01EEFF02AA8405901C9003F49C020401FEE5F3B50D05A102C601F2FB05901C9003F49C02040106A20AC801C0F306901CEC07F49C0204010A0A1D737461747573203D3D203230302C2062757420697420776173203530320783080B0016616E206561726C6965722073746570206661696C656408A504AA8A08D8E208901C9003F49C020401FEE5F3B50D');
INSERT INTO "run" VALUES(3,12,0,1795348800000,NULL,0,0,X'0100000000');
INSERT INTO "run" VALUES(4,13,2,1795348800000,1795348799997,1,20000000,X'010300000503E10400D224ACAF01EEFF02AA8405901C9003F49C020401FEE5F3B50D05A102C601F2FB05901C9003F49C02040106A102C801C0F306901C9003F49C02040107A102C6018CEB07901C9003F49C02040108BD03C801D6E208901CF2C0019003F49C020401');
INSERT INTO "run" VALUES(5,14,2,1795348800000,NULL,0,256204,X'010400010F00186E6F2066696C652064657363726970746F7273206C6566740503E10400D224ACAF01EEFF02AA8405901C9003F49C020401FEE5F3B50D0521C601F2FB05901C9003F49C02040106A104C801C0F306901C9003F49C020401A09D97B00D07A104C6018CEB07901C9003F49C020404FEE5F3B50D08A502C801D8E208901C9003F49C020401');
CREATE TABLE standing (
	id         INTEGER PRIMARY KEY,
	journey    TEXT NOT NULL,
	limit_name TEXT NOT NULL,
	state      INTEGER NOT NULL, -- alert.State
	decided_ms INTEGER NOT NULL, -- last change
	body       TEXT NOT NULL,    -- alert.Incident as JSON
	UNIQUE (journey, limit_name)
) STRICT;
INSERT INTO "standing" VALUES(1,'checkout','journey latency',3,1795352400000,'{"Limit":{"Journey":"checkout","Limit":"journey latency","Step":"","Signal":"latency","Value":1.5,"Below":false,"Stat":"p50","Window":0,"Ahead":7200000000000,"Confirm":{"Over":3,"Of":5},"Every":60000000000},"Location":"","State":3,"Entered":"2026-11-22T13:00:00Z","Revision":2,"Number":1,"Opened":"2026-11-22T12:00:00Z","Burned":"0001-01-01T00:00:00Z","Resolved":"0001-01-01T00:00:00Z","Runs":null,"Good":0,"LastRun":"0001-01-01T00:00:00Z","Value":0,"Worst":0,"WorstAt":"0001-01-01T00:00:00Z","Why":"","FailedAt":"","Promise":{"Made":"2026-11-22T12:00:00Z","Crossing":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"First":{"Earliest":1795351200,"Expected":1795352400,"Latest":1795353600},"Updated":"0001-01-01T00:00:00Z","Number":1,"Ahead":7200000000000,"Helped":false,"Moot":false,"Missing":0,"Seen":0,"Crossed":"0001-01-01T00:00:00Z"},"Pending":[],"Evidence":"0001-01-01T00:00:00Z","AckBy":"","AckAt":"0001-01-01T00:00:00Z","SnoozedUntil":"0001-01-01T00:00:00Z","Blind":"0001-01-01T00:00:00Z"}');
CREATE TABLE thread (
	route   TEXT NOT NULL REFERENCES route (name),
	number  INTEGER NOT NULL REFERENCES incident (number),
	channel TEXT NOT NULL,
	ts      TEXT NOT NULL,
	PRIMARY KEY (route, number)
) STRICT;
INSERT INTO "thread" VALUES('slack',1,'C1','ts of inc-1/soon/1/slack');
CREATE TABLE transcript (
	journey INTEGER PRIMARY KEY REFERENCES name (id),
	at_ms   INTEGER NOT NULL,
	text    TEXT NOT NULL
) STRICT;
INSERT INTO "transcript" VALUES(9,1795348800000,'GET /search
502');
CREATE INDEX run_of_journey ON run (journey, start_ms);
CREATE INDEX mark_at ON mark (at_ms);
CREATE INDEX event_of_incident ON event (number);
CREATE INDEX outbox_waiting ON outbox (route, lane, seq) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX outbox_dead ON outbox (state) WHERE state = 'dead';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('incident',1);
COMMIT;
