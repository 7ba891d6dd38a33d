-- Incidents that share a message: at which host each fails, on which routes it
-- is told where messages can be edited (their names, in order), whose message
-- tells of it (NULL: it has its own), and since when so many opened that its
-- message tells of all that follow (NULL: they did not).
ALTER TABLE incident ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN under INTEGER REFERENCES incident (number);
ALTER TABLE incident ADD COLUMN storm_ms INTEGER;
CREATE INDEX incident_told ON incident (told, opened_ms);
CREATE INDEX incident_under ON incident (under) WHERE under IS NOT NULL;
