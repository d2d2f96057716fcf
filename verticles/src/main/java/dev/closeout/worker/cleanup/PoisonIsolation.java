package dev.closeout.worker.cleanup;

import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs an event's hooks for as many rows as they take, and says which ones they do not: found inside the server, in one
 * round trip, however many they are. Runs in the caller's transaction.
 */
final class PoisonIsolation {
    private final Statements statements;

    PoisonIsolation(Statements statements) {
        this.statements = statements;
    }

    /**
     * A row that the hooks do not take.
     *
     * @param row as it was given
     * @param state the SQLSTATE
     * @param message PostgreSQL's, which may name tables and data
     */
    record Failed(JsonObject row, String state, String message) {}

    /**
     * What came of some rows.
     *
     * @param done rows of the event's relation for which the hooks ran; what had been done before is not among them
     */
    record Isolated(int done, List<Failed> failed) {
        static final Isolated NOTHING = new Isolated(0, List.of());
    }

    /** The rows have the fields that the {@link Event}'s parameters are named after. */
    Future<Isolated> isolate(
            SqlConnection connection, Event event, long incarnation, List<JsonObject> rows, PendingEvents pending) {
        if (rows.isEmpty()) {
            return Future.succeededFuture(Isolated.NOTHING);
        }
        var statement = statements.isolated(event, pending.wants(event));
        var columns = event == Event.OPENED ? event.columns() + ", arrived boolean" : event.columns();
        var sql =
                """
                SELECT s.failed, s.state, s.message, r.* FROM closeout.sift($1, $2, $3, $4) AS s
                LEFT JOIN LATERAL jsonb_to_record(s.done) AS r (%s) ON true"""
                        .formatted(columns);
        return connection
                .preparedQuery(sql)
                .execute(Tuple.of(statement, incarnation, rows.toArray(JsonObject[]::new), SqlState.passing()))
                .map(answers -> {
                    var done = new ArrayList<Row>();
                    var failed = new ArrayList<Failed>();
                    for (var answer : answers) {
                        if (answer.getString("state") == null) {
                            done.add(answer);
                        } else {
                            failed.add(new Failed(
                                    answer.getJsonObject("failed"),
                                    answer.getString("state"),
                                    answer.getString("message")));
                        }
                    }
                    pending.add(event, done);
                    return new Isolated(done.size(), failed);
                });
    }

    /** Writes rows to the dead letters that no hook will ever take; what they held in Closeout's tables is given back. */
    Future<Integer> deadLetter(
            SqlConnection connection, Event event, long incarnation, List<Failed> bad, PendingEvents pending) {
        if (bad.isEmpty()) {
            return Future.succeededFuture(0);
        }
        var rows = bad.stream()
                .map(failed -> failed.row().put("state", failed.state()).put("message", failed.message()))
                .toArray(JsonObject[]::new);
        return connection
                .preparedQuery(statements.toDeadLetters(event, pending.wants(event)))
                .execute(Tuple.of(incarnation).addArrayOfJsonObject(rows))
                .map(letters -> {
                    pending.add(event, letters);
                    return letters.size();
                });
    }
}
