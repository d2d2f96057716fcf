package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import dev.closeout.fixture.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Clients that come and go on all nodes while something is broken, one to three connections each, and end them politely,
 * rudely, or by having the node do it: through every {@link Door}, with a word that they share or a token of their
 * own. What they do is drawn from a seed; when, from what the nodes answer.
 *
 * <p>All of it happens on one event loop; the methods may be called from anywhere.
 */
final class Clients implements AutoCloseable {
    /** Connections that a node must welcome at once to be well: more than it has verticles for them. */
    private static final int NEWCOMERS = 24;
    /** Clients of the load. */
    private static final int CLIENTS = 40;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final Cluster cluster;
    private final String prefix;
    private final Connector connector;
    private final Keepers keepers;
    private final Visitors visitors;
    private final List<Future<Void>> visits = new ArrayList<>();

    /** None yet. */
    Clients(Cluster cluster, String prefix, long seed) {
        this.cluster = cluster;
        this.prefix = prefix;
        var random = new Random(seed);
        this.connector = new Connector(vertx, cluster, random);
        this.keepers = new Keepers(vertx, random, connector::openInTurn);
        this.visitors = new Visitors(vertx, random, connector::openAnywhere, connector::dropAfterPatience);
    }

    String prefix() {
        return prefix;
    }

    /** All that ever were. */
    Queue<Session> sessions() {
        return connector.sessions();
    }

    /** Lets them come, and go, and come again; waits until those who stay are there. */
    void come() {
        context.runOnContext(start -> keepers.come(prefix, cluster.entrances()));
        for (var i = 0; i < CLIENTS; i++) {
            var client = prefix + i;
            var left = Promise.<Void>promise();
            visits.add(left.future());
            context.runOnContext(start -> visitors.visit(client, left));
        }
        awaitKeepers();
    }

    /** Waits until every client that stays is served. */
    void awaitKeepers() {
        var wanted = keepers.size(cluster.entrances());
        Eventually.is(
                "%d clients that stay are served".formatted(wanted),
                PATIENCE,
                () -> keepers.sessions().stream().filter(Session::isServed).count() == wanted,
                () -> keepers.sessions().toString());
    }

    /** Waits until something comes back of what each of those who stay says from now on: nobody's messages are stuck. */
    void awaitEchoes() {
        for (var session : keepers.sessions()) {
            var before = session.echoes().count();
            Eventually.is(
                    "%s hears what it says".formatted(session.client()),
                    PATIENCE,
                    () -> session.echoes().count() > before || !session.isLiving(),
                    session::toString);
        }
    }

    /** The latest connections of those who stay. */
    List<Session> keepers() {
        return keepers.sessions();
    }

    /** Connections that ended after they were welcomed. */
    long closes() {
        return count(session -> session.id() != null && session.endedAt() != null);
    }

    /** Waits until so many more have been welcomed: the nodes do their work. */
    void awaitWelcomes(int more) {
        var before = count(session -> session.id() != null);
        Eventually.is(
                "%d more are welcomed".formatted(more),
                PATIENCE,
                () -> count(session -> session.id() != null) >= before + more,
                () -> "(%d are)".formatted(count(session -> session.id() != null) - before));
    }

    /** Waits until each node welcomes all newcomers at once: no part of it was left behind, broken or fenced. */
    void awaitService() {
        awaitService(PATIENCE);
    }

    /** The same, of each node within so long. */
    void awaitService(Duration patience) {
        for (var node : cluster.entrances()) {
            Eventually.is(
                    "node-%d welcomes all".formatted(node),
                    patience,
                    () -> all(node, Session::isLiving, connector::token),
                    () -> "");
        }
    }

    /** Waits until a node welcomes all who show this. */
    void awaitWelcomes(int node, String what, UnaryOperator<String> token) {
        Eventually.is(
                "node-%d welcomes all %s".formatted(node, what),
                PATIENCE,
                () -> all(node, Session::isLiving, token),
                () -> "");
    }

    /** Waits until a node tells all who show this to try again later. */
    void awaitPutOff(int node, String what, UnaryOperator<String> token) {
        Eventually.is(
                "node-%d puts off all %s".formatted(node, what),
                PATIENCE,
                () -> all(node, session -> String.valueOf(session.told()).startsWith("try-again-later"), token),
                () -> "");
    }

    /** Whether this is true of all newcomers, through every door, soon after they came to a node. They go again. */
    private boolean all(int node, Predicate<Session> holds, UnaryOperator<String> token) {
        var client = prefix + "n" + node;
        var newcomers = crowd(NEWCOMERS, number -> connector.openInTurn(client, node, token.apply(client)));
        // They stay for a moment, and a node that is not well is not asked in a loop.
        await(vertx.timer(300, TimeUnit.MILLISECONDS));
        var held = newcomers.stream().allMatch(holds);
        end(newcomers);
        return held;
    }

    /** Lets the load come to its end: about every fourth client stays connected, the others go. */
    void stay() throws InterruptedException {
        visitors.leave();
        keepers.leave();
        for (var visit : visits) {
            await(visit);
        }
        // Nobody comes any more, once what is under way on the event loop is done.
        still(() -> {});
        for (var keeper : keepers.sessions()) {
            await(keeper.settled());
        }
    }

    /** Connects so many at once and waits until all are welcomed; every third is the only one of its client. */
    List<Session> crowd(int size) {
        return crowd(size, number -> connector.openForCrowd("%sc%d".formatted(prefix, number * 2 / 3), number));
    }

    private List<Session> crowd(int size, IntFunction<Session> connect) {
        var come = Promise.<List<Session>>promise();
        context.runOnContext(start -> new Crowd(size, connect).come().onComplete(come));
        return await(come.future());
    }

    /** Ends all of these at once, every second one rudely. */
    void end(List<Session> some) {
        var ended = Promise.<Void>promise();
        context.runOnContext(start -> {
            for (var i = 0; i < some.size(); i++) {
                some.get(i).end(i % 2 == 0 ? Session.Way.FIN : Session.Way.RST);
            }
            ended.complete();
        });
        await(ended.future());
    }

    /** Does something while no client does anything. */
    void still(Runnable work) {
        var done = Promise.<Void>promise();
        context.runOnContext(run -> {
            work.run();
            done.complete();
        });
        await(done.future());
    }

    /** Those that live. */
    List<Session> living() {
        return sessions().stream().filter(Session::isLiving).toList();
    }

    /** Fails with the first one that lives and does not answer. */
    void ping() {
        for (var session : living()) {
            var answered = Promise.<Void>promise();
            context.runOnContext(start -> session.ping().onComplete(answered));
            try {
                await(answered.future());
            } catch (AssertionError e) {
                if (!session.isLiving()) {
                    continue;
                }
                throw new WrongException(Kind.WRONG, session.client(), "%s does not answer".formatted(session.id()));
            }
        }
    }

    @Override
    public void close() {
        visitors.leave();
        keepers.leave();
        end(living());
        await(vertx.close());
    }

    private long count(Predicate<Session> which) {
        return sessions().stream().filter(which).count();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
