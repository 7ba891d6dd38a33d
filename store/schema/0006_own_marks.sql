-- 1: forewarn itself changed, as by a reload; that is no act of the team.
ALTER TABLE mark ADD COLUMN ours INTEGER NOT NULL DEFAULT 0;
