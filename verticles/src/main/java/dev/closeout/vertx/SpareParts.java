package dev.closeout.vertx;

import io.netty.channel.Channel;
import io.vertx.core.internal.concurrent.OutboundMessageQueue;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.streams.impl.MessagePassingQueue;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Vert.x keeps in store for each socket and one that is owned by a verticle never needs: room for 1,024 writes that
 * wait, 4.7 kB, and whatever the socket was made from: for a WebSocket the HTTP connection with its request, and room for
 * 1,024 writes of its own. Without them an idle socket takes less than half. Used on the socket's event loop.
 */
public final class SpareParts {
    private static final Logger log = LoggerFactory.getLogger(SpareParts.class);
    /** Empty when this Vert.x is made otherwise: then its sockets are larger, and nothing else differs. */
    private static final Optional<SpareParts> OF_THIS_VERTX = find();

    private final Field maker;
    private final Field writes;
    private final Field messages;
    private final Field waiting;

    private SpareParts() throws NoSuchFieldException {
        maker = field(VertxHandler.class, "connectionFactory");
        writes = field(VertxConnection.class, "outboundMessageQueue");
        messages = field(OutboundMessageQueue.class, "mqp");
        waiting = field(MessagePassingQueue.class, "queue");
    }

    /** Takes them out of a socket that was just made, before any other thread can write to it. */
    public static void drop(Channel socket) {
        OF_THIS_VERTX.ifPresent(parts -> parts.dropFrom(socket));
    }

    private void dropFrom(Channel socket) {
        VertxHandler<?> handler = socket.pipeline().get(VertxHandler.class);
        if (handler == null) {
            return;
        }
        try {
            // Asked once, when the handler came into the pipeline.
            maker.set(handler, null);
            if (writes.get(handler.getConnection()) instanceof OutboundMessageQueue<?> queue) {
                shrink(messages.get(queue));
            }
        } catch (IllegalAccessException | IllegalArgumentException e) {
            log.debug("Sockets stay as large as Vert.x makes them", e);
        }
    }

    /** To a queue that takes memory for what is in it; like the other it may be filled on any thread. */
    private void shrink(Object passing) throws IllegalAccessException {
        if (waiting.get(passing) instanceof Queue<?> queue && queue.isEmpty()) {
            waiting.set(passing, new ConcurrentLinkedQueue<>());
        }
    }

    private static Optional<SpareParts> find() {
        try {
            return Optional.of(new SpareParts());
        } catch (NoSuchFieldException | RuntimeException e) {
            log.debug("This Vert.x makes its sockets otherwise", e);
            return Optional.empty();
        }
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        var field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
