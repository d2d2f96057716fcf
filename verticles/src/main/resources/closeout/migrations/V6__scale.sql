-- What keeps the work of a quiet minute from growing with the number of clients and connections.

-- Lingering clients in the order in which they are due: the frequent sweep reads those alone. A generated column, so
-- that whoever sets one of the two it is made of need not think of it; by way of UTC, because only that is immutable.
ALTER TABLE closeout.client
    ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (
        (vacant_since AT TIME ZONE 'UTC' + linger_ms * interval '1 ms') AT TIME ZONE 'UTC'
    ) STORED;
CREATE INDEX client_due ON closeout.client (due_at, client) WHERE due_at IS NOT NULL;

-- How far the search for clients that nothing set off has come, and when its next piece is due: one row, whose lock is
-- the turn of whoever searches. It ends with the transaction, so a pooler may stand in between.
CREATE TABLE closeout.search (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    searched text COLLATE "C" NOT NULL DEFAULT '',
    due_at   timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);
INSERT INTO closeout.search DEFAULT VALUES;

-- One lane's rows, in the order of their numbers, for its owner to compare. The expression is ConnectionId.lane().
CREATE INDEX connection_lane ON closeout.connection (incarnation, (number % 1024), number);

-- Until when one of the reapers of a dead incarnation takes its counts out and forgets it: a walk over all clients.
ALTER TABLE closeout.node ADD COLUMN claimed_until timestamptz;

-- What the node chose at its join. A failover that loses a join gives its number out again: then two nodes have it, and
-- the one whose nonce is not here is fenced.
ALTER TABLE closeout.node ADD COLUMN nonce text NOT NULL DEFAULT gen_random_uuid()::text UNIQUE;

-- Rows of these come and go. With PostgreSQL's default of a fifth dead rows, a churn of one and a half times the table
-- doubled the indexes (25 to 49 MB); with these it took 25 to 31 MB. Their fillfactors stay: at 80 every update of a
-- client that changes nothing indexed is a heap-only one, at 100 it is 97.7 %.
DO
$$
DECLARE
    of_table text;
BEGIN
    FOREACH of_table IN ARRAY ARRAY ['connection', 'client', 'owed', 'membership']
    LOOP
        EXECUTE format(
            'ALTER TABLE closeout.%I SET (
                autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
                autovacuum_vacuum_cost_delay = 0,
                autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 1000)', of_table);
    END LOOP;
END
$$;
