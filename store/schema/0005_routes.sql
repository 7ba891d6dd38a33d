-- Which events a route takes (store.Route as JSON), and which route tells the
-- team in its place.
ALTER TABLE route ADD COLUMN rule TEXT NOT NULL DEFAULT '{}';
ALTER TABLE route ADD COLUMN fallback TEXT NOT NULL DEFAULT '';

-- The delivery that this one stands in for, on a route that could not tell
-- it; '': it is the event's own.
ALTER TABLE outbox ADD COLUMN stands_for TEXT NOT NULL DEFAULT '';
