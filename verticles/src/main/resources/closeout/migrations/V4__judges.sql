-- Who may declare others dead, and where its process listens: told to all nodes with each renewal of their leases.
ALTER TABLE closeout.node
    ADD COLUMN sockets boolean NOT NULL DEFAULT true,
    ADD COLUMN judges  boolean NOT NULL DEFAULT false,
    ADD COLUMN process text    NOT NULL DEFAULT '',
    ADD COLUMN host    text    NOT NULL DEFAULT '',
    ADD COLUMN port    integer NOT NULL DEFAULT 0;
