package dev.closeout.worker.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.protocol.Batches;
import dev.closeout.protocol.ClientRow;
import dev.closeout.protocol.ConnectionRow;
import dev.closeout.protocol.Incarnations;
import dev.closeout.protocol.LaneRow;
import dev.closeout.protocol.Ledger;
import dev.closeout.protocol.Reaping;
import dev.closeout.protocol.Releasing;
import dev.closeout.protocol.Transaction;
import dev.closeout.worker.WorkerFixture;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.postgres.Postgres;
import dev.closeout.worker.postgres.SqlState;
import dev.closeout.worker.request.RequestRoom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same operations on the simulation's model and on PostgreSQL: the tables are the same after each. */
@ExtendWith(VertxExtension.class)
class LedgerConformanceTest {
    private static final int STEPS = 200;
    private static final long LEASE_MILLIS = 3_600_000;
    private static final List<String> CLIENTS = List.of("alice", "bob", "carol");

    private static final String JUDGE = "judge";
    private static final JoinNode JOINED =
            new JoinNode("n", LEASE_MILLIS, "", true, false, new Judge("n", "127.0.0.1", 1));

    private final Random random = new Random(1);
    private final Ledger ledger = new Ledger(System::currentTimeMillis);
    private final Incarnations incarnations = new Incarnations(ledger);
    private final Releasing releasing = new Releasing(ledger);
    private boolean mayJudge = true;
    private final Reaping reaping = new Reaping(ledger, incarnations, Reaper.SET_LIMIT) {
        @Override
        protected boolean mayJudge(Transaction by, String judge) {
            return mayJudge;
        }
    };
    private long connections;

    @ParameterizedTest
    @ValueSource(longs = {0, LEASE_MILLIS})
    void modelAndDatabaseHoldTheSame(long linger, Vertx vertx) throws Exception {
        var real = TestDatabase.create();
        var config = TestConfig.of("unused");
        var meters = new SimpleMeterRegistry();
        var postgres = new Postgres(vertx, real.uri(), config, meters);
        Eventually.done(postgres.migrate());
        var database = postgres.work();
        var hooks = Eventually.done(Hooks.check(vertx, database, config));
        var metrics = new CleanupMetrics(meters);
        var health = new HookHealth(metrics);
        var statements = hooks.statements();
        var afterCommit = hooks.afterCommit();
        var closes = new Closes(statements, health);
        var opens = new Opens(statements, Duration.ofMillis(linger), health);
        var work = new BatchWork(database, opens, closes, afterCommit, health, postgres.locks(), metrics);
        var batches = new Batches(ledger, linger, open -> false);
        var leases = new RequestRoom(database);
        var reaper = new Reaper(database, closes, afterCommit, metrics);
        var release = new Release(database, statements, afterCommit, health, metrics);
        var sweep = new Sweep(database);
        var worker = worker(vertx);
        addJudge(real);

        for (var step = 0; step < STEPS; step++) {
            var operation = random.nextInt(12);
            var incarnation = 1L + random.nextInt(4);
            var what = "step %d, operation %d on incarnation %d".formatted(step, operation, incarnation);
            switch (operation) {
                case 0 ->
                    assertEquals(
                            run(by -> incarnations.join(by, LEASE_MILLIS, false, "n")),
                            worker.done(() -> leases.join(JOINED).map(LeaseHeld::incarnation)),
                            what);
                case 1, 2 -> {
                    var lane = random.nextInt(2);
                    assertEquals(
                            run(by -> incarnations.openLane(by, new LaneRow.Key(incarnation, lane))),
                            worker.succeeds(() -> leases.openLane(new OpenLane(incarnation, lane))),
                            what);
                }
                case 3 ->
                    assertEquals(
                            run(by -> incarnations.renew(by, incarnation)),
                            worker.succeeds(() -> leases.renew(new RenewLease(incarnation, "", LEASE_MILLIS))),
                            what);
                case 4 -> {
                    if (random.nextInt(4) == 0) {
                        run(by -> incarnations.expire(by, incarnation));
                        real.run("UPDATE closeout.node SET lease_until = '-infinity' WHERE incarnation = "
                                + incarnation);
                    }
                    changeJudge(real);
                    var fenced = run(by ->
                            reaping.fenceNode(by, incarnation, JUDGE) && reaping.fenceLanes(by, incarnation) >= 0);
                    assertEquals(fenced, worker.done(() -> reaper.fence(incarnation, JUDGE)), what);
                    if (fenced) {
                        var rows = run(by -> reaping.lockSome(by, incarnation));
                        run(by -> reaping.close(by, rows));
                        worker.done(() -> reaper.closeSome(incarnation));
                    }
                }
                case 5 -> {
                    run(by -> reaping.forget(by, incarnation));
                    worker.done(() -> reaper.forget(incarnation));
                }
                case 6, 7 -> {
                    var some = new TreeSet<>(CLIENTS.subList(random.nextInt(3), 3));
                    var by = ledger.begin();
                    releasing.lock(by, some);
                    releasing.markVacant(by, some);
                    int released = releasing.release(by, some);
                    by.commit();
                    assertEquals(released, worker.done(() -> release.release(some)), what);
                }
                case 8 -> assertEquals(new TreeSet<>(run(releasing::due)), worker.done(() -> found(sweep)), what);
                default -> {
                    var batch = batch(incarnation);
                    var by = ledger.begin();
                    var moved = batches.move(by, batch);
                    if (moved == Batches.Moved.MOVED) {
                        batches.open(by, batch);
                        batches.close(by, batch);
                        by.commit();
                    } else {
                        by.rollback();
                    }
                    assertEquals(moved, worker.moved(() -> work.apply(batch), moved), what);
                }
            }
            assertSame(real, what);
        }
    }

    /** By both ways of the sweep. */
    private static Future<Set<String>> found(Sweep sweep) {
        return sweep.due(Sweep.Cursor.START)
                .compose(due -> sweep.search(Duration.ZERO).map(searched -> {
                    Set<String> found = new TreeSet<>(due.clients());
                    found.addAll(searched);
                    return found;
                }));
    }

    private static void addJudge(TestDatabase real) {
        real.run(
                """
                INSERT INTO closeout.node (incarnation, name, lease_ms, lease_until, joined_at, judges, process)
                VALUES (-1, 'judge', 60000, 'infinity', '-infinity', true, '%s')"""
                        .formatted(JUDGE));
    }

    /** Who may declare others dead is a matter of its own row: each way of not being allowed to, now and then. */
    private void changeJudge(TestDatabase real) {
        var states = List.of(
                "lease_until = clock_timestamp()",
                "joined_at = clock_timestamp()",
                "fenced_at = clock_timestamp()",
                "judges = false");
        var state = random.nextInt(8);
        mayJudge = state >= states.size();
        real.run(
                "UPDATE closeout.node SET lease_until = 'infinity', joined_at = '-infinity', fenced_at = NULL, judges = true WHERE incarnation = -1",
                mayJudge
                        ? "SELECT 1"
                        : "UPDATE closeout.node SET %s WHERE incarnation = -1".formatted(states.get(state)));
    }

    private Batch batch(long incarnation) {
        var lane = random.nextInt(2);
        var row = ledger.lanes.get(new LaneRow.Key(incarnation, lane));
        var number =
                (row == null ? 0 : row.applied()) + List.of(1, 1, 1, 1, 0, 2).get(random.nextInt(6));
        var opens = new ArrayList<Batch.Open>();
        for (var i = random.nextInt(3); i > 0; i--) {
            opens.add(WorkerFixture.open(++connections, CLIENTS.get(random.nextInt(3))));
        }
        var closes = new ArrayList<Batch.Close>();
        for (var i = random.nextInt(4); i > 0 && connections > 0; i--) {
            var recent = Math.max(1, connections - random.nextInt(8));
            if (closes.stream().noneMatch(close -> close.number() == recent)) {
                closes.add(WorkerFixture.close(recent));
            }
        }
        return new Batch(incarnation, lane, number, opens, closes, List.of());
    }

    private <T> T run(Function<Transaction, T> statement) {
        var by = ledger.begin();
        var result = statement.apply(by);
        by.commit();
        return result;
    }

    private void assertSame(TestDatabase real, String what) {
        assertEquals(
                sorted(ledger.nodes.rows(), row -> row.incarnation() + " " + row.fenced()),
                rows(
                        real,
                        "SELECT concat_ws(' ', incarnation, (fenced_at IS NOT NULL)::text) FROM closeout.node WHERE incarnation > 0"),
                what);
        assertEquals(
                sorted(ledger.lanes.rows(), row -> "%d %d %d %s"
                        .formatted(row.key().incarnation(), row.key().lane(), row.applied(), row.fenced())),
                rows(real, "SELECT concat_ws(' ', incarnation, lane, applied, fenced::text) FROM closeout.lane"),
                what);
        assertEquals(
                sorted(ledger.connections.rows(), LedgerConformanceTest::text),
                rows(real, "SELECT concat_ws(' ', incarnation, number, client) FROM closeout.connection"),
                what);
        assertEquals(
                sorted(ledger.clients.rows(), row -> row.client() + " " + (row.vacantSince() != ClientRow.NOT_VACANT)),
                rows(real, "SELECT concat_ws(' ', client, (vacant_since IS NOT NULL)::text) FROM closeout.client"),
                what);
    }

    private static String text(ConnectionRow row) {
        return "%d %d %s".formatted(row.id().incarnation(), row.id().number(), row.client());
    }

    private static <R> List<String> sorted(List<R> rows, Function<R, String> text) {
        return rows.stream().map(text).sorted().toList();
    }

    private static List<String> rows(TestDatabase real, String sql) {
        return real.texts(sql).stream().sorted().toList();
    }

    /** Calls the worker side on a worker thread, one call after the other. */
    private static final class Worker extends VerticleBase {
        <T> T done(Supplier<Future<T>> call) {
            return Eventually.done(on(call));
        }

        boolean succeeds(Supplier<? extends Future<?>> call) {
            return done(() -> call.get().transform(answer -> Future.succeededFuture(answer.succeeded())));
        }

        /** How the database took a batch; one that was applied already looks like one that is applied now. */
        Batches.Moved moved(Supplier<? extends Future<?>> call, Batches.Moved expected) {
            return done(() -> call.get()
                    .transform(answer -> Future.succeededFuture(
                            answer.succeeded()
                                    ? (expected == Batches.Moved.ALREADY_APPLIED ? expected : Batches.Moved.MOVED)
                                    : refusal(answer.cause()))));
        }

        private static Batches.Moved refusal(Throwable failure) {
            return Failure.of(SqlState.failure(failure)) == Failure.FENCED
                    ? Batches.Moved.FENCED
                    : Batches.Moved.OUT_OF_ORDER;
        }

        private <T> Future<T> on(Supplier<Future<T>> call) {
            var result = Promise.<T>promise();
            context.runOnContext(v -> call.get().onComplete(result));
            return result.future();
        }
    }

    private static Worker worker(Vertx vertx) {
        var worker = new Worker();
        Eventually.done(vertx.deployVerticle(worker, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        return worker;
    }
}
