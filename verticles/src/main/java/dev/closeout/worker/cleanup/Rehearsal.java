package dev.closeout.worker.cleanup;

import dev.closeout.counts.LaneCounts;
import dev.closeout.counts.ReferenceCounts;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.LaneId;
import dev.closeout.message.Transport;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Opens and closes made-up connections before there are real ones: through a lane, the codec, the statements and the cells, so
 * that the first storm finds code that is compiled. No hook runs, and no row is left: each transaction is rolled back. Its
 * clients have names that no client can have, and its incarnation a number that none gets.
 *
 * <p>Used on the context of one worker verticle.
 */
final class Rehearsal {
    /** Lanes that send at once: as many as wait for a worker on a small machine. */
    private static final int LANES = 2;
    /** Connections in a batch. */
    private static final int CONNECTIONS = 250;
    /** Of each lane; by then what runs in a storm is compiled. */
    private static final int ROUNDS = 60;

    private static final Duration CELLS_PATIENCE = Duration.ofMillis(200);

    private final Database database;
    private final ReferenceCounts counts;
    private final Opens opens;
    private final Closes closes;
    private final String gone;
    private final BatchCodec codec = new BatchCodec();
    private final long incarnation = -1 - ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    private final String client = "a rehearsal " + UUID.randomUUID() + " ";
    private volatile boolean stopped;

    Rehearsal(Database database, ReferenceCounts counts, HookHealth health) {
        var statements = Statements.withoutHooks();
        this.database = database;
        this.counts = counts;
        this.opens = new Opens(statements, Duration.ZERO, health);
        this.closes = new Closes(statements, health);
        this.gone = statements.withHooks(Event.GONE, false);
    }

    /** Completes when all is rehearsed or the time has passed; fails when something did not go as it does in earnest. */
    Future<Void> run(Duration atMost) {
        var end = System.nanoTime() + atMost.toNanos();
        var rehearsed = counts.forRehearsal();
        return Future.join(IntStream.range(0, LANES)
                        .mapToObj(lane -> round(new Lane(incarnation, lane, "", CONNECTIONS), rehearsed, ROUNDS, end))
                        .toList())
                .mapEmpty();
    }

    void stop() {
        stopped = true;
    }

    private Future<Void> round(Lane lane, ReferenceCounts rehearsed, int left, long end) {
        if (left == 0 || stopped || System.nanoTime() > end) {
            return Future.succeededFuture();
        }
        var now = System.currentTimeMillis();
        for (var i = 0; i < CONNECTIONS; i++) {
            lane.open(client + lane.lane() + " " + i, Transport.TCP, "127.0.0.1:1", now);
        }
        var opening = sealed(lane);
        for (var open : opening.opens()) {
            lane.close(open.number(), open.client(), CloseReason.PEER_CLOSED, now);
        }
        return count(lane, opening, rehearsed)
                .compose(counted -> {
                    var closing = sealed(lane);
                    return database.session(connection -> openAndClose(connection, opening, closing))
                            .compose(done -> count(lane, closing, rehearsed));
                })
                .compose(counted -> round(lane, rehearsed, left - 1, end));
    }

    /** As a worker on another node reads it. */
    private Batch sealed(Lane lane) {
        var wire = Buffer.buffer();
        var batch = lane.seal();
        if (batch == null) {
            throw new IllegalStateException("nothing has gathered");
        }
        codec.encodeToWire(wire, batch);
        return codec.decodeFromWire(0, wire);
    }

    private Future<Void> openAndClose(SqlConnection connection, Batch opening, Batch closing) {
        var nobody = PendingEvents.untold();
        var clients = opening.opens().stream().map(Batch.Open::client).toArray(String[]::new);
        var sent = List.of(
                database.begin(connection),
                opens.apply(connection, incarnation, opening.opens(), nobody),
                closes.apply(connection, incarnation, closing.closes(), nobody),
                connection.preparedQuery(Release.LOCK).execute(Tuple.of(clients)),
                connection.preparedQuery(gone).execute(Tuple.of(clients)));
        return Future.join(sent)
                .transform(done -> connection.query("ROLLBACK").execute().compose(back -> Future.join(sent)))
                .mapEmpty();
    }

    private Future<Void> count(Lane lane, Batch batch, ReferenceCounts rehearsed) {
        var said = batch.counts().stream().collect(Collectors.toMap(Batch.Count::client, Batch.Count::connections));
        var cells = new LaneCounts(
                new LaneId(incarnation, lane.lane()),
                batch.number(),
                batch.counted(),
                System.currentTimeMillis(),
                said);
        return Future.fromCompletionStage(rehearsed.set(cells, CELLS_PATIENCE)).map(totals -> {
            lane.applied(
                    new BatchApplied(batch.number(), List.of(), List.of(), totals.size() == said.size()),
                    System.currentTimeMillis());
            return null;
        });
    }
}
