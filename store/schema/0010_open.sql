-- What is asked for every message, incident and few seconds reads only what is
-- open, was given up lately or was settled since, however long the history.
CREATE INDEX incident_open ON incident (told) WHERE resolved_ms IS NULL;
CREATE INDEX forecast_settled ON forecast (settled_ms, outcome) WHERE outcome IS NOT NULL;
DROP INDEX outbox_dead;
CREATE INDEX outbox_dead ON outbox (route, expires_ms) WHERE state = 'dead';
