CREATE TABLE location (server_id bigint, connection_id bigint, client text, PRIMARY KEY (server_id, connection_id));
CREATE INDEX ON location (client);
CREATE TABLE client_resource (client text, generation bigint, PRIMARY KEY (client, generation));

-- What the hooks saw, for the report.
CREATE TABLE seen_open (incarnation bigint, connection bigint);
CREATE TABLE seen_close (incarnation bigint, connection bigint, reason text);
CREATE TABLE seen_gone (client text, generation bigint, connected bigint);
