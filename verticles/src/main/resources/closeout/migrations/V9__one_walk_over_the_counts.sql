-- When one of the nodes may next look for counts that nobody speaks for, which is a walk over all of them.
ALTER TABLE closeout.search ADD COLUMN counts_due_at timestamptz NOT NULL DEFAULT '-infinity';
