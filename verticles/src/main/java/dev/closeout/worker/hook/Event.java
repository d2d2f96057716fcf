package dev.closeout.worker.hook;

import dev.closeout.config.HooksSection;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What hooks run for: the relation that their SQL reads by name, and the SQL that supplies it. */
public enum Event {
    /**
     * Connections that opened. Parameters: 1 incarnation, 2 numbers, 3 clients, 4 transports, 5 remotes, 6 milliseconds
     * since 1970, 7 linger times in milliseconds.
     *
     * <p>Clients are locked in sorted order, or batches deadlock. The update of a client that stands already takes its
     * row lock, so an open that meets its release waits for it and then begins a new generation (I1). It leaves the mark of
     * that lock on the row's new version, in {@code xmax}; a version that was inserted has none: its client arrived.
     */
    OPENED(
            "opened",
            """
            node text, incarnation bigint, connection bigint, client text, generation bigint, \
            transport text, remote text, opened_at timestamptz""",
            "incarnation, number, client, transport, remote, opened_at, linger_ms",
            """
            closeout_incoming AS (
                SELECT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
                    AS i (number, client, transport, remote, opened_at, linger_ms)
            ), closeout_arrived AS (
                INSERT INTO closeout.client AS c (client, linger_ms)
                SELECT DISTINCT ON (1) i.client COLLATE "C", i.linger_ms FROM closeout_incoming i
                ORDER BY 1, i.number DESC
                ON CONFLICT (client) DO UPDATE
                    SET vacant_since = NULL, linger_ms = excluded.linger_ms, held_until = NULL, tries = 0
                RETURNING c.client, c.generation, c.xmax = 0 AS arrived
            ), closeout_inserted AS (
                INSERT INTO closeout.connection AS c
                    (incarnation, number, client, generation, transport, remote, opened_at)
                SELECT $1::bigint, i.number, i.client, a.generation, i.transport, i.remote,
                    to_timestamp(i.opened_at / 1000.0)
                FROM closeout_incoming i JOIN closeout_arrived a ON a.client = i.client
                RETURNING c.*
            ), opened AS (
                SELECT n.name AS node, o.incarnation, o.number AS connection, o.client, o.generation, o.transport,
                    o.remote, o.opened_at
                FROM closeout_inserted o JOIN closeout.node n ON n.incarnation = o.incarnation
            )"""),

    /**
     * Connections that closed: exactly the rows that this statement deleted (I2). Parameters: 1 incarnation, 2 numbers,
     * 3 reasons, 4 milliseconds since 1970.
     *
     * <p>Each number is looked up by itself: joined to the delete, or in its condition while there are no statistics, they
     * let PostgreSQL read all connections of the incarnation for a handful of closes. A row keeps its place until it is
     * deleted or its close is held, and whoever tries a held one again has locked it before. A close that was held keeps
     * the reason and the time that it had first.
     */
    CLOSED(
            "closed",
            """
            node text, incarnation bigint, connection bigint, client text, generation bigint, \
            transport text, remote text, opened_at timestamptz, reason text, closed_at timestamptz""",
            "incarnation, number, reason, closed_at",
            """
            closeout_deleted AS (
                DELETE FROM closeout.connection c
                WHERE c.ctid = ANY (ARRAY(
                    SELECT found.ctid FROM unnest($2::bigint[]) AS wanted (number) CROSS JOIN LATERAL (
                        SELECT x.ctid FROM closeout.connection x
                        WHERE x.incarnation = $1::bigint AND x.number = wanted.number LIMIT 1
                    ) found
                ))
                RETURNING c.*
            ), closed AS (
                SELECT n.name AS node, d.incarnation, d.number AS connection, d.client, d.generation, d.transport,
                    d.remote, d.opened_at, coalesce(d.close_reason, i.reason) AS reason,
                    coalesce(d.closed_at, to_timestamp(i.closed_at / 1000.0)) AS closed_at
                FROM closeout_deleted d
                JOIN unnest($2::bigint[], $3::text[], $4::bigint[]) AS i (number, reason, closed_at)
                    ON i.number = d.number
                JOIN closeout.node n ON n.incarnation = d.incarnation
            )"""),

    /**
     * Clients that have gone. Parameter: 1 clients, whose rows an earlier statement of the transaction has locked: only
     * then is the snapshot of this one young enough to show a connection that was just committed (I1).
     */
    GONE(
            "gone",
            "client text, generation bigint, since timestamptz",
            "client",
            """
            gone AS (
                DELETE FROM closeout.client c
                WHERE c.client = ANY ($1::text[])
                  AND NOT EXISTS (SELECT FROM closeout.connection x WHERE x.client = c.client)
                  AND (c.linger_ms = 0 OR c.vacant_since + c.linger_ms * interval '1 ms' <= clock_timestamp())
                RETURNING c.client, c.generation, coalesce(c.vacant_since, clock_timestamp()) AS since
            ), closeout_left AS (
                DELETE FROM closeout.membership m USING gone g WHERE m.client = g.client
            )""");

    private static final Pattern ARRAY = Pattern.compile("\\$(\\d)::(\\w+)\\[]");

    private final String relation;
    private final String columns;
    private final String parameters;
    private final String supply;

    Event(String relation, String columns, String parameters, String supply) {
        this.relation = relation;
        this.columns = columns;
        this.parameters = parameters;
        this.supply = supply;
    }

    /** The relation's name: also the key of its hooks in the configuration. */
    public String relation() {
        return relation;
    }

    /** The event's name in messages. */
    public String published() {
        return switch (this) {
            case OPENED -> ConnectionOpened.EVENT;
            case CLOSED -> ConnectionClosed.EVENT;
            case GONE -> ClientGone.EVENT;
        };
    }

    /** The relation's columns with their types, as in a table's definition. */
    public String columns() {
        return columns;
    }

    /** The common table expressions that change Closeout's tables and end in the relation. */
    String supply() {
        return supply;
    }

    /**
     * The same with each array taken from rows in JSON, whose fields have the parameters' names. Parameters: 1
     * incarnation, 2 rows.
     */
    String supplyOfJson() {
        var names = List.of(parameters.split(", "));
        return ARRAY.matcher(supply)
                .replaceAll(array ->
                        Matcher.quoteReplacement("ARRAY (SELECT (r ->> '%s')::%s FROM unnest($2::jsonb[]) AS r)"
                                .formatted(names.get(Integer.parseInt(array.group(1)) - 1), array.group(2))));
    }

    List<String> hooksOf(HooksSection hooks) {
        return switch (this) {
            case OPENED -> hooks.opened();
            case CLOSED -> hooks.closed();
            case GONE -> hooks.gone();
        };
    }
}
