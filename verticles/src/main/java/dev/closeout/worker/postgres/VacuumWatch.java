package dev.closeout.worker.postgres;

import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the oldest transaction that keeps vacuum from taking dead rows away: a session's, a replication slot's or a
 * prepared one. Rows come and go here all the time, so one forgotten transaction lets tables grow without end.
 */
final class VacuumWatch {
    /** What another role's session does is not told to everybody; that it holds rows is. */
    private static final String OLDEST =
            """
            WITH held AS (
                SELECT a.pid::text AS name, b.xid, a.xact_start AS since,
                    format('session %s of %s (%s), %s', a.pid, a.usename, a.application_name, a.state) AS who
                FROM pg_stat_activity a, unnest(ARRAY [a.backend_xmin, a.backend_xid]) AS b (xid)
                WHERE a.pid <> pg_backend_pid() AND a.backend_type <> 'autovacuum worker'
                  AND (a.datname = current_database() OR a.datname IS NULL)
                UNION ALL
                SELECT slot_name, xmin, NULL, format('replication slot %s', slot_name) FROM pg_replication_slots
                UNION ALL
                SELECT gid, transaction, prepared, format('prepared transaction %s', gid)
                FROM pg_prepared_xacts WHERE database = current_database()
            )
            SELECT name || ' ' || xid, who, extract(epoch FROM clock_timestamp() - since)::bigint
            FROM held WHERE xid IS NOT NULL ORDER BY age(xid) DESC, name LIMIT 1""";

    private final Database database;
    private @Nullable String name;
    private long seenSince;

    VacuumWatch(Database database) {
        this.database = database;
    }

    /**
     * Who holds vacuum back.
     *
     * @param who as a sentence calls it
     * @param held for how long: since its transaction began, or, where that is not told, since it was first seen here
     */
    record Holder(String who, Duration held) {
        static final Holder NOBODY = new Holder("nobody", Duration.ZERO);
    }

    /** The oldest one. */
    Future<Holder> look() {
        return database.on(connection -> connection.query(OLDEST).execute()).map(rows -> {
            if (rows.size() == 0) {
                name = null;
                return Holder.NOBODY;
            }
            var oldest = rows.iterator().next();
            var now = System.nanoTime();
            if (!oldest.getString(0).equals(name)) {
                name = oldest.getString(0);
                seenSince = now;
            }
            var told = oldest.getLong(2);
            var held = told == null ? Duration.ofNanos(now - seenSince) : Duration.ofSeconds(told);
            return new Holder(oldest.getString(1), held);
        });
    }
}
