package dev.closeout.fault;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;

/**
 * Clients that stay: each keeps a connection to one node, asks and says something on it all the time, and connects again to the same node
 * when it ends. They are the witnesses of what is done to connections that live longer than a lease. On the clients' event
 * loop, but for what says otherwise.
 */
final class Keepers {
    private static final int PER_NODE = 4;
    private static final int PING_MS = 250;
    private static final int SAY_MS = 1_000;
    private static final int AGAIN_MS = 300;

    private final Vertx vertx;
    private final Random random;
    private final BiFunction<String, Integer, Session> connect;
    private final Queue<Session> current = new ConcurrentLinkedQueue<>();
    private volatile boolean leaving;

    /**
     * None yet.
     *
     * @param connect opens a connection of a client to a node
     */
    Keepers(Vertx vertx, Random random, BiFunction<String, Integer, Session> connect) {
        this.vertx = vertx;
        this.random = random;
        this.connect = connect;
    }

    /** Begins with those of one node; the last of them is the same client as the last but one of the next node. */
    void come(String prefix, List<Integer> entrances) {
        for (var i = 0; i < entrances.size(); i++) {
            for (var number = 0; number < PER_NODE; number++) {
                var isShared = number == PER_NODE - 1;
                var home = isShared ? (i + 1) % entrances.size() : i;
                var client = "%sk%d.%d".formatted(prefix, entrances.get(home), isShared ? number - 1 : number);
                keep(client, entrances.get(i));
            }
        }
    }

    /** How many there are then. On any thread. */
    int size(List<Integer> entrances) {
        return entrances.size() * PER_NODE;
    }

    /** They connect no more; whoever lives stays. On any thread. */
    void leave() {
        leaving = true;
    }

    /** Their latest connections. On any thread. */
    List<Session> sessions() {
        return new ArrayList<>(current);
    }

    private void keep(String client, int node) {
        if (leaving) {
            return;
        }
        var session = connect.apply(client, node);
        current.add(session);
        session.settled().onSuccess(this::ask);
        session.over().onComplete(over -> {
            current.remove(session);
            vertx.setTimer(AGAIN_MS + random.nextInt(AGAIN_MS), timer -> keep(client, node));
        });
    }

    /** What it answers, the session keeps. */
    private void ask(Session session) {
        var asking = vertx.setPeriodic(1 + random.nextInt(PING_MS), PING_MS, timer -> session.ping());
        var saying = vertx.setPeriodic(1 + random.nextInt(SAY_MS), SAY_MS, timer -> session.say());
        session.over().onComplete(over -> {
            vertx.cancelTimer(asking);
            vertx.cancelTimer(saying);
        });
    }
}
