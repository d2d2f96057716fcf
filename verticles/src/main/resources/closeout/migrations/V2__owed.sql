-- What is owed to handlers. A row means: this handler has not answered yet, so this release is not done. It is written
-- by the statement that deletes the client's or the connection's row.

CREATE TABLE closeout.owed (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event      text        NOT NULL CHECK (event IN ('client.gone', 'connection.closed')),
    handler    text        NOT NULL,
    "row"      jsonb       NOT NULL,
    client     text COLLATE "C" NOT NULL GENERATED ALWAYS AS ("row" ->> 'client') STORED,
    generation bigint      NOT NULL GENERATED ALWAYS AS (("row" ->> 'generation')::bigint) STORED,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Not called before. Whoever calls puts it off until its answer must be there: if it dies, that is when another calls.
    due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Calls begun. Who reports a failure names the call, so one that comes late changes nothing.
    calls      integer     NOT NULL DEFAULT 0,
    -- Calls begun that have not succeeded, but for those that found nobody: one that kills its caller counts too.
    failures   integer     NOT NULL DEFAULT 0,
    -- What the handler said last.
    error      text
) WITH (fillfactor = 70);
CREATE INDEX owed_due ON closeout.owed (event, handler, due_at);
CREATE INDEX owed_client ON closeout.owed (client, generation);

ALTER TABLE closeout.dead_letter
    ADD COLUMN event text,
    ADD COLUMN handler text,
    DROP CONSTRAINT dead_letter_hook_check,
    ADD CONSTRAINT dead_letter_hook_check CHECK (hook IN ('opened', 'closed', 'gone', 'owed')),
    ADD CONSTRAINT dead_letter_handler_check CHECK ((hook = 'owed') = (event IS NOT NULL AND handler IS NOT NULL));
-- Handlers have no such code.
ALTER TABLE closeout.dead_letter ALTER COLUMN sqlstate DROP NOT NULL;
CREATE INDEX dead_letter_owed ON closeout.dead_letter (event, handler, id) WHERE hook = 'owed';
