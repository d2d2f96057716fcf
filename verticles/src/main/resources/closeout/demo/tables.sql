CREATE TABLE location (server_id bigint, connection_id bigint, client text, PRIMARY KEY (server_id, connection_id));
CREATE INDEX ON location (client);
CREATE TABLE client_resource (client text, generation bigint, PRIMARY KEY (client, generation));

-- What the hooks saw, for the report. No keys: a hook that runs twice must show here, not fail.
CREATE TABLE seen_open (incarnation bigint, connection bigint, client text, generation bigint);
CREATE TABLE seen_close (incarnation bigint, connection bigint, client text, generation bigint, reason text,
    closed_at timestamptz);
CREATE TABLE seen_gone (client text, generation bigint, connected bigint, released_at timestamptz DEFAULT now());
