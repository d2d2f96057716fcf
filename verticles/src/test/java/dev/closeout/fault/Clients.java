package dev.closeout.fault;

import dev.closeout.fault.WrongException.Kind;
import dev.closeout.fixture.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Clients that come and go on all nodes while something is broken, one to three connections each, and end them politely,
 * rudely, or by having the node do it. What they do is drawn from a seed; when, from what the nodes answer.
 *
 * <p>All of it happens on one event loop; the methods may be called from anywhere.
 */
final class Clients implements AutoCloseable {
    private static final List<Session.Way> WAYS = List.of(Session.Way.values());
    /** Connections that a node must welcome at once to be well: more than it has verticles for them. */
    private static final int NEWCOMERS = 24;
    /** Clients of the load. */
    private static final int CLIENTS = 60;
    /** Connects of a storm that are under way at once: fewer than a listen queue holds. */
    private static final int CONNECTING = 128;

    private static final long ANSWER_MS = 12_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final NetClient net;
    private final Cluster cluster;
    private final String prefix;
    private final Random random;
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
    private final Keepers keepers;
    private final List<Future<Void>> visitors = new ArrayList<>();
    private volatile boolean leaving;

    /** None yet. */
    Clients(Cluster cluster, String prefix, long seed) {
        this.cluster = cluster;
        this.prefix = prefix;
        this.random = new Random(seed);
        this.keepers = new Keepers(vertx, random, (client, node) -> open(client, node, random.nextBoolean(), false));
        this.net = vertx.createNetClient(new NetClientOptions()
                .setTcpNoDelay(true)
                .setConnectTimeout(5_000)
                .setLocalAddress(cluster.network().clientHost().getHostAddress()));
    }

    String prefix() {
        return prefix;
    }

    /** All that ever were. */
    Queue<Session> sessions() {
        return sessions;
    }

    /** Lets them come, and go, and come again; waits until those who stay are there. */
    void come() {
        context.runOnContext(start -> keepers.come(prefix, cluster.entrances()));
        for (var i = 0; i < CLIENTS; i++) {
            var client = prefix + i;
            var left = Promise.<Void>promise();
            visitors.add(left.future());
            context.runOnContext(start -> visit(client, left));
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
            var number = node;
            Eventually.is("node-%d welcomes all".formatted(node), patience, () -> welcomesAll(number), () -> "");
        }
    }

    private boolean welcomesAll(int node) {
        var all = Promise.<List<Session>>promise();
        context.runOnContext(start -> {
            var newcomers = new ArrayList<Session>();
            List<Future<Session>> settled = new ArrayList<>();
            for (var i = 0; i < NEWCOMERS; i++) {
                var session = open(prefix + "n" + node, node, i % 2 == 0, false);
                newcomers.add(session);
                settled.add(session.settled());
            }
            // They stay for a moment, and a node that is not well is not asked in a loop.
            Future.all(settled).onComplete(done -> vertx.setTimer(300, stayed -> all.complete(newcomers)));
        });
        var newcomers = await(all.future());
        var welcomed = newcomers.stream().allMatch(Session::isLiving);
        end(newcomers);
        return welcomed;
    }

    /** Lets the load come to its end: about every fourth client stays connected, the others go. */
    void stay() throws InterruptedException {
        leaving = true;
        keepers.leave();
        for (var visitor : visitors) {
            await(visitor);
        }
        // Nobody comes any more, once what is under way on the event loop is done.
        still(() -> {});
        for (var keeper : keepers.sessions()) {
            await(keeper.settled());
        }
    }

    /** Connects so many at once and waits until all are welcomed; every third is the only one of its client. */
    List<Session> crowd(int size) {
        var all = new ArrayList<Session>();
        var welcomed = Promise.<Void>promise();
        context.runOnContext(start -> {
            List<Future<Void>> lines = new ArrayList<>();
            for (var i = 0; i < CONNECTING; i++) {
                lines.add(crowd(size, all));
            }
            Future.all(lines).<Void>mapEmpty().onComplete(welcomed);
        });
        await(welcomed.future());
        return all;
    }

    private Future<Void> crowd(int size, List<Session> all) {
        if (all.size() == size) {
            return Future.succeededFuture();
        }
        var session = open("%sc%d".formatted(prefix, all.size() * 2 / 3), anyEntrance(all.size()));
        all.add(session);
        return session.settled().compose(settled -> crowd(size, all));
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
        return sessions.stream().filter(Session::isLiving).toList();
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
        await(vertx.close());
    }

    private int anyEntrance(int number) {
        var entrances = cluster.entrances();
        return entrances.get(number % entrances.size());
    }

    private void visit(String client, Promise<Void> left) {
        if (leaving) {
            left.complete();
            return;
        }
        List<Future<Session>> opening = new ArrayList<>();
        for (var more = 1 + random.nextInt(3); more > 0; more--) {
            opening.add(
                    open(client, anyEntrance(random.nextInt(cluster.entrances().size())))
                            .settled());
        }
        Future.all(opening).onComplete(settled -> {
            var mine = opening.stream()
                    .map(Future::result)
                    .filter(Session::isLiving)
                    .toList();
            var stay = mine.isEmpty() ? 200 + random.nextInt(800) : 20 + random.nextInt(1_500);
            vertx.setTimer(stay, timer -> leave(mine).onComplete(gone -> again(client, left)));
        });
    }

    private void again(String client, Promise<Void> left) {
        vertx.setTimer(1 + random.nextInt(300), timer -> visit(client, left));
    }

    private Future<Void> leave(List<Session> mine) {
        if (leaving && random.nextInt(4) == 0) {
            return Future.succeededFuture();
        }
        List<Future<Void>> over = new ArrayList<>();
        for (var session : mine) {
            session.end(WAYS.get(random.nextInt(WAYS.size())));
            dropAfterPatience(session, session.over());
            over.add(session.over());
        }
        return Future.join(over).mapEmpty();
    }

    /** Some lose interest at once. */
    private Session open(String client, int node) {
        return open(client, node, random.nextInt(3) == 0, random.nextInt(30) == 0);
    }

    private Session open(String client, int node, boolean webSocket, boolean impatient) {
        var session = new Session(
                client,
                webSocket ? new WebSocketProtocol() : new TcpProtocol(),
                "node-%d by %s".formatted(node, webSocket ? "WebSocket" : "TCP"));
        sessions.add(session);
        var to = cluster.node(node);
        var port = webSocket ? to.httpPort() : to.tcpPort();
        if (port == 0) {
            session.failed(new IllegalStateException("the node is not ready"));
            return session;
        }
        net.connect(port, cluster.network().nodeHost(node))
                .onSuccess(session::connected)
                .onFailure(session::failed);
        if (impatient) {
            vertx.setTimer(1 + random.nextInt(20), timer -> session.drop());
        }
        dropAfterPatience(session, session.settled().mapEmpty());
        return session;
    }

    private void dropAfterPatience(Session session, Future<Void> done) {
        var timer = vertx.setTimer(ANSWER_MS, late -> session.drop());
        done.onComplete(settled -> vertx.cancelTimer(timer));
    }

    private long count(Predicate<Session> which) {
        return sessions.stream().filter(which).count();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
