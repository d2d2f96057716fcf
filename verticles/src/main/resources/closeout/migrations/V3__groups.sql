-- Clients in groups, each for the rest of its stay: the release of the client deletes its rows.
CREATE TABLE closeout.membership (
    group_name text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (group_name, client)
);

CREATE INDEX membership_of_client ON closeout.membership (client);
