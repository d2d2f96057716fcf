-- A failover that loses a join gives its number out again. Joins, renewals and lanes are told apart by what the node chose
-- at its join; the batches of a lane are by what its life chose, without a look at another table.
ALTER TABLE closeout.lane ADD COLUMN nonce text NOT NULL DEFAULT '';
UPDATE closeout.lane l SET nonce = n.nonce FROM closeout.node n WHERE n.incarnation = l.incarnation;

DROP FUNCTION closeout.move_lane(bigint, integer, bigint);

-- Lets a batch through once, in its order, and only while its life lasts (I5): the lane's row is locked until the
-- transaction ends. An empty nonce is anybody's.
CREATE FUNCTION closeout.move_lane(of_incarnation bigint, of_lane integer, of_nonce text, to_batch bigint) RETURNS void
    LANGUAGE plpgsql AS
$$
DECLARE
    stands closeout.lane;
BEGIN
    UPDATE closeout.lane
    SET applied = to_batch
    WHERE incarnation = of_incarnation AND lane = of_lane AND of_nonce IN (nonce, '')
      AND applied = to_batch - 1 AND NOT fenced;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO stands FROM closeout.lane
    WHERE incarnation = of_incarnation AND lane = of_lane AND of_nonce IN (nonce, '');
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
