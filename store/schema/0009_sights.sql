-- The few runs that the count of a day leaves out: those outside the schedule,
-- and those that say nothing. All others are counted in run_of_journey alone,
-- without a look at their rows, which lie scattered over the whole file.
CREATE INDEX run_apart ON run (journey, start_ms, due_ms) WHERE due_ms IS NULL OR verdict = 0;
