-- What is owed a cleanup, and who may write it down. A row of connection or client means: not yet cleaned up.

CREATE SEQUENCE closeout.incarnation;
CREATE SEQUENCE closeout.generation;

-- One life of a node. Judged dead by the database's clock alone.
CREATE TABLE closeout.node (
    incarnation bigint PRIMARY KEY DEFAULT nextval('closeout.incarnation'),
    name        text        NOT NULL,
    lease_ms    bigint      NOT NULL CHECK (lease_ms > 0),
    lease_until timestamptz NOT NULL,
    joined_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    fenced_at   timestamptz
);

-- The numbered stream of batches of one owner. Whoever commits a batch holds this row: order, doubles and fencing
-- all hang on it.
CREATE TABLE closeout.lane (
    incarnation bigint  NOT NULL REFERENCES closeout.node ON DELETE CASCADE,
    lane        integer NOT NULL,
    applied     bigint  NOT NULL DEFAULT 0,
    fenced      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (incarnation, lane)
) WITH (fillfactor = 50);

CREATE TABLE closeout.connection (
    incarnation bigint      NOT NULL,
    number      bigint      NOT NULL,
    client      text        NOT NULL COLLATE "C",
    generation  bigint      NOT NULL,
    transport   text        NOT NULL,
    remote      text        NOT NULL,
    opened_at   timestamptz NOT NULL,
    PRIMARY KEY (incarnation, number)
);
CREATE INDEX connection_client ON closeout.connection (client);

-- Collation "C": locks on several clients are taken in this order, whatever the database's own.
CREATE TABLE closeout.client (
    client       text COLLATE "C" PRIMARY KEY,
    generation   bigint NOT NULL DEFAULT nextval('closeout.generation'),
    linger_ms    bigint NOT NULL DEFAULT 0,
    vacant_since timestamptz
) WITH (fillfactor = 80);

-- Rows that a hook could not take, whole, for another try.
CREATE TABLE closeout.dead_letter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    hook        text        NOT NULL CHECK (hook IN ('opened', 'closed', 'gone')),
    incarnation bigint,
    lane        integer,
    batch       bigint,
    connection  bigint,
    "row"       jsonb       NOT NULL,
    sqlstate    text        NOT NULL,
    error       text        NOT NULL
);
CREATE INDEX dead_letter_batch ON closeout.dead_letter (incarnation, lane, batch) WHERE hook = 'opened';

-- Moves a lane to its next batch, or says why not: CO001 fenced, CO002 applied already, CO003 out of order. As the first
-- statement of a batch's transaction it makes all that follows void when it fails, so the whole batch can be sent
-- without waiting for it.
CREATE FUNCTION closeout.move_lane(of_incarnation bigint, of_lane integer, to_batch bigint) RETURNS void
    LANGUAGE plpgsql AS
$$
DECLARE
    stands closeout.lane;
BEGIN
    UPDATE closeout.lane
    SET applied = to_batch
    WHERE incarnation = of_incarnation AND lane = of_lane AND applied = to_batch - 1 AND NOT fenced;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO stands FROM closeout.lane WHERE incarnation = of_incarnation AND lane = of_lane;
    IF NOT FOUND OR stands.fenced THEN
        RAISE EXCEPTION 'lane % of incarnation % is fenced', of_lane, of_incarnation USING ERRCODE = 'CO001';
    ELSIF stands.applied >= to_batch THEN
        RAISE EXCEPTION 'batch % of lane % is applied', to_batch, of_lane USING ERRCODE = 'CO002';
    ELSE
        RAISE EXCEPTION 'batch % of lane % does not follow %', to_batch, of_lane, stands.applied
            USING ERRCODE = 'CO003';
    END IF;
END
$$;
