package dev.closeout.bench;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Clients that come and go at a pace, a new name each; every second one resets its connection. */
final class PacedClients implements AutoCloseable {
    /** Connects that are under way at once: fewer than a listen queue holds. */
    private static final int CONNECTING = 250;

    private static final Pattern WELCOME = Pattern.compile("WELCOME \\d+-(\\d+)");

    private final int port;
    private final Vertx vertx = Vertx.vertx();
    private final NetClient polite = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    private final NetClient rude =
            vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setSoLinger(0));
    private final Queue<Standing> standing = new ConcurrentLinkedQueue<>();
    private final AtomicLong names = new AtomicLong();
    private final AtomicLong opening = new AtomicLong();

    PacedClients(int port) {
        this.port = port;
    }

    /** @param connection its number, which with the node's incarnation is the key of its row */
    private record Standing(NetSocket socket, Context thread, long connection) {}

    /** Returns when so many more are welcomed. */
    void open(int count) {
        for (var from = 0; from < count; from += CONNECTING) {
            var some = new ArrayList<Future<Void>>();
            for (var i = from; i < Math.min(from + CONNECTING, count); i++) {
                some.add(open());
            }
            Eventually.done(Future.all(some));
        }
    }

    /** Completes when one more is welcomed. */
    Future<Void> open() {
        var name = names.incrementAndGet();
        opening.incrementAndGet();
        return (name % 2 == 0 ? polite : rude)
                .connect(port, "127.0.0.1")
                .compose(socket -> welcome(socket, name))
                .onComplete(done -> opening.decrementAndGet());
    }

    private Future<Void> welcome(NetSocket socket, long name) {
        var welcomed = Promise.<Void>promise();
        var thread = vertx.getOrCreateContext();
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(closed -> welcomed.tryFail("closed before it was welcomed"));
        socket.handler(bytes -> {
            var line = WELCOME.matcher(bytes.toString());
            if (line.find() && welcomed.tryComplete()) {
                standing.add(new Standing(socket, thread, Long.parseLong(line.group(1))));
            }
        });
        return socket.write("HELLO paced-%d\n".formatted(name)).compose(sent -> welcomed.future());
    }

    /**
     * Closes the oldest one.
     *
     * @param closing is told its number right before, on the thread that then closes it
     * @return whether there was one
     */
    boolean closeOldest(LongConsumer closing) {
        var oldest = standing.poll();
        if (oldest == null) {
            return false;
        }
        oldest.thread().runOnContext(now -> {
            closing.accept(oldest.connection());
            oldest.socket().close();
        });
        return true;
    }

    /** Closes all, those too who are not welcomed yet. */
    void closeAll() {
        Eventually.equal("clients on their way", 0, opening::get);
        while (closeOldest(connection -> {})) {
            // The next one.
        }
    }

    @Override
    public void close() {
        Eventually.done(vertx.close());
    }
}
