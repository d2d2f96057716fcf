package dev.closeout.fault;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Clients that come with one to three connections, stay for a moment, end them in one way or another, and come again: the
 * load. What they do is drawn from a seed; when, from what the nodes answer. On the clients' event loop.
 */
final class Visitors {
    private static final List<Session.Way> WAYS = List.of(Session.Way.values());

    private final Vertx vertx;
    private final Random random;
    private final Function<String, Session> connect;
    private final BiConsumer<Session, Future<Void>> dropAfterPatience;
    private volatile boolean leaving;

    /**
     * None yet.
     *
     * @param connect opens a connection of a client to any node
     * @param dropAfterPatience drops one that has not ended in time
     */
    Visitors(
            Vertx vertx,
            Random random,
            Function<String, Session> connect,
            BiConsumer<Session, Future<Void>> dropAfterPatience) {
        this.vertx = vertx;
        this.random = random;
        this.connect = connect;
        this.dropAfterPatience = dropAfterPatience;
    }

    /** They come no more; about every fourth stays connected, the others go. On any thread. */
    void leave() {
        leaving = true;
    }

    /**
     * Comes, and again and again.
     *
     * @param left completed when it comes no more
     */
    void visit(String client, Promise<Void> left) {
        if (leaving) {
            left.complete();
            return;
        }
        List<Future<Session>> opening = new ArrayList<>();
        for (var more = 1 + random.nextInt(3); more > 0; more--) {
            opening.add(open(client).settled());
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

    /** Some lose interest at once. */
    private Session open(String client) {
        var session = connect.apply(client);
        if (random.nextInt(30) == 0) {
            vertx.setTimer(1 + random.nextInt(20), timer -> session.drop());
        }
        return session;
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
            dropAfterPatience.accept(session, session.over());
            over.add(session.over());
        }
        return Future.join(over).mapEmpty();
    }
}
