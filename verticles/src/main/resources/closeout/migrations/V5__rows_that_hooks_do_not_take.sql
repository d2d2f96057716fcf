-- Rows that a hook does not take: found inside the server, set apart, and in nobody's way.

-- A close whose hook cannot run now: it is written down here, and tried again when the time comes. The row still stands
-- for its client, so nothing that the close holds is released before it.
ALTER TABLE closeout.connection
    ADD COLUMN close_reason text,
    ADD COLUMN closed_at    timestamptz,
    ADD COLUMN held_until   timestamptz,
    ADD COLUMN tries        integer NOT NULL DEFAULT 0;
CREATE INDEX connection_held ON closeout.connection (held_until) WHERE held_until IS NOT NULL;

-- A client whose release cannot be done now.
ALTER TABLE closeout.client
    ADD COLUMN held_until timestamptz,
    ADD COLUMN tries      integer NOT NULL DEFAULT 0;
CREATE INDEX client_held ON closeout.client (held_until) WHERE held_until IS NOT NULL;

-- The opens of a lane's batch that were refused, for whoever asks for its answer again: only the lane's newest batch
-- with such opens is of any interest.
CREATE TABLE closeout.refused (
    incarnation bigint   NOT NULL,
    lane        integer  NOT NULL,
    batch       bigint   NOT NULL,
    -- Their data cannot be taken.
    for_good    bigint[] NOT NULL,
    -- Another try may be taken.
    for_now     bigint[] NOT NULL,
    PRIMARY KEY (incarnation, lane),
    FOREIGN KEY (incarnation, lane) REFERENCES closeout.lane ON DELETE CASCADE
);
DROP INDEX closeout.dead_letter_batch;
DELETE FROM closeout.dead_letter WHERE hook = 'opened';
ALTER TABLE closeout.dead_letter
    DROP COLUMN lane,
    DROP COLUMN batch,
    DROP CONSTRAINT dead_letter_hook_check,
    ADD CONSTRAINT dead_letter_hook_check CHECK (hook IN ('closed', 'gone', 'owed'));
-- What is too old is deleted by its age, and letters are looked for by it.
CREATE INDEX dead_letter_at ON closeout.dead_letter (at);

-- Applies a statement to as many of the rows as it takes: to all of them or, when that fails, to each tenth, down to
-- single rows. Each try is a savepoint, so rows that fail leave nothing. What fails for one of the SQLSTATEs in
-- "passing" (patterns of LIKE) fails the whole. After the first wait for a lock that took too long the others are short.
--
-- The statement takes the incarnation and the rows, and answers with one array. A few rows go through its prepared form:
-- to plan it ten thousand times would cost more than all the rest. For many rows a plan is made that fits them.
CREATE FUNCTION closeout.sift_some(statement text, of_incarnation bigint, given jsonb[], passing text[])
    RETURNS TABLE (done jsonb, failed jsonb, state text, message text)
    LANGUAGE plpgsql AS
$$
DECLARE
    size     integer := cardinality(given);
    piece    integer := (size + 9) / 10;
    answered jsonb[];
BEGIN
    BEGIN
        IF size <= 100 THEN
            EXECUTE format('EXECUTE closeout_sift (%L, %L)', of_incarnation, given) INTO answered;
        ELSE
            EXECUTE statement INTO answered USING of_incarnation, given;
        END IF;
        RETURN QUERY SELECT one, NULL::jsonb, NULL::text, NULL::text FROM unnest(answered) AS one;
        RETURN;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
        IF SQLSTATE LIKE ANY (passing) THEN
            RAISE;
        END IF;
        IF SQLSTATE = '55P03' THEN
            PERFORM set_config('lock_timeout', '20ms', true);
        END IF;
        failed := given[1];
        state := SQLSTATE;
        message := SQLERRM;
    END;
    IF size = 1 THEN
        RETURN NEXT;
        RETURN;
    END IF;
    FOR start IN 1..size BY piece LOOP
        RETURN QUERY SELECT *
            FROM closeout.sift_some(statement, of_incarnation, given[start:start + piece - 1], passing);
    END LOOP;
END
$$;

-- The same, with the statement prepared for as long as it takes. A pooler may hand out a session in which an earlier
-- one was broken off.
CREATE FUNCTION closeout.sift(statement text, of_incarnation bigint, given jsonb[], passing text[])
    RETURNS TABLE (done jsonb, failed jsonb, state text, message text)
    LANGUAGE plpgsql
    -- For a single row any plan is good, and the same one is good for all.
    SET plan_cache_mode = force_generic_plan AS
$$
BEGIN
    IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'closeout_sift') THEN
        DEALLOCATE closeout_sift;
    END IF;
    EXECUTE 'PREPARE closeout_sift (bigint, jsonb[]) AS ' || statement;
    RETURN QUERY SELECT * FROM closeout.sift_some(statement, of_incarnation, given, passing);
    DEALLOCATE closeout_sift;
END
$$;
