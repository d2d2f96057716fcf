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
