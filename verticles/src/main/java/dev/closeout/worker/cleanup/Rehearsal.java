package dev.closeout.worker.cleanup;

import dev.closeout.counts.LaneCounts;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchCodec;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.PendingEvents;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Applies batches of connections that nobody has, as a worker does: through the codec, the statements and the cells. No hook
 * runs, and no row is left: what opened and closed is written in one transaction, which is rolled back.
 *
 * <p>Used on the context of one worker verticle.
 */
final class Rehearsal {
    private static final Duration CELLS_PATIENCE = Duration.ofMillis(200);

    private final Database database;
    private final ReferenceCounts counts;
    private final Opens opens;
    private final Closes closes;
    private final String gone;
    private final BatchCodec codec = new BatchCodec();
    /** What has not closed. */
    private final Map<Long, Batch.Open> open = new HashMap<>();

    Rehearsal(Database database, ReferenceCounts counts, HookHealth health) {
        var statements = Statements.withoutHooks();
        this.database = database;
        this.counts = counts.forRehearsal();
        this.opens = new Opens(statements, Duration.ZERO, health);
        this.closes = new Closes(statements, health);
        this.gone = statements.withHooks(Event.GONE, false);
    }

    Future<BatchApplied> apply(Batch sent) {
        var batch = asReadElsewhere(sent);
        var opened = new ArrayList<Batch.Open>();
        for (var close : batch.closes()) {
            opened.add(open.remove(close.number()));
        }
        for (var one : batch.opens()) {
            open.put(one.number(), one);
        }
        Future<?> written = opened.isEmpty()
                ? Future.succeededFuture()
                : database.session(connection -> openAndClose(connection, opened, batch));
        return written.compose(done -> count(batch));
    }

    private Batch asReadElsewhere(Batch batch) {
        var wire = Buffer.buffer();
        codec.encodeToWire(wire, batch);
        return codec.decodeFromWire(0, wire);
    }

    private Future<Void> openAndClose(SqlConnection connection, List<Batch.Open> opened, Batch batch) {
        var nobody = PendingEvents.untold();
        var clients = opened.stream().map(Batch.Open::client).toArray(String[]::new);
        var sent = List.of(
                database.begin(connection),
                opens.apply(connection, batch.incarnation(), opened, nobody),
                closes.apply(connection, batch.incarnation(), batch.closes(), nobody),
                connection.preparedQuery(Release.LOCK).execute(Tuple.of(clients)),
                connection.preparedQuery(gone).execute(Tuple.of(clients)));
        return Future.join(sent)
                .transform(done -> connection.query("ROLLBACK").execute().compose(back -> Future.join(sent)))
                .mapEmpty();
    }

    private Future<BatchApplied> count(Batch batch) {
        var said = batch.counts().stream().collect(Collectors.toMap(Batch.Count::client, Batch.Count::connections));
        var lane = new LaneId(batch.incarnation(), batch.lane());
        var cells = new LaneCounts(lane, batch.number(), batch.counted(), System.currentTimeMillis(), said);
        return Future.fromCompletionStage(counts.set(cells, CELLS_PATIENCE))
                .map(totals -> new BatchApplied(batch.number(), List.of(), List.of(), totals.size() == said.size()));
    }
}
