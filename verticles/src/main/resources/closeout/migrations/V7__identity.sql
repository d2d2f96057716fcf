-- Which database this is, whatever its address: the members of a cluster compare it before they serve.
CREATE TABLE closeout.identity (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO closeout.identity DEFAULT VALUES;
