package dev.closeout.connection;

import dev.closeout.failure.Failure;
import dev.closeout.inbox.Inbox;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Payload;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection in its owner's table. All methods run on the owner's event loop. */
public final class TrackedConnection {
    private static final Logger log = LoggerFactory.getLogger(TrackedConnection.class);

    private final Connections owner;
    private final ConnectionId id;
    private final String client;
    private final String remote;
    private final long openedAt;
    private final long lingerMillis;
    private final Consumer<CloseReason> onClose;
    private final BooleanSupplier alive;
    /** Let go once it is settled: a live connection does not carry it. */
    private @Nullable Promise<TrackedConnection> opening;

    private boolean hasRow;
    /** What the peer is told at the end; null for what stands for the reason. */
    private @Nullable String farewell;

    /** Why it ended. */
    private @Nullable CloseReason reason;
    /** Made for the first who asks. */
    private @Nullable Promise<CloseReason> closed;

    private @Nullable Predicate<Payload> receiver;
    private @Nullable Inbox inbox;
    /** Others of the same client: kept by the table. */
    @Nullable TrackedConnection older;

    @Nullable TrackedConnection newer;

    TrackedConnection(
            Connections owner,
            ConnectionId id,
            String client,
            String remote,
            long openedAt,
            long lingerMillis,
            Consumer<CloseReason> onClose,
            BooleanSupplier alive,
            Promise<TrackedConnection> opening) {
        this.owner = owner;
        this.id = id;
        this.client = client;
        this.remote = remote;
        this.openedAt = openedAt;
        this.lingerMillis = lingerMillis;
        this.onClose = onClose;
        this.alive = alive;
        this.opening = opening;
    }

    public ConnectionId id() {
        return id;
    }

    public String client() {
        return client;
    }

    /** The peer's address, as text. */
    public String remote() {
        return remote;
    }

    /** When its client said hello: milliseconds since 1970. */
    public long openedAt() {
        return openedAt;
    }

    /** Ends the connection. The first call counts; any later one changes nothing. */
    public void close(CloseReason reason) {
        owner.close(this, reason);
    }

    /** Until when its token counts, in milliseconds since 1970: then it ends, with {@code token-expired}. */
    public void validUntil(long until) {
        owner.validUntil(this, until);
    }

    /** Completes with the reason when the connection has ended, whoever ended it; its row is cleaned up after that. */
    public Future<CloseReason> onClosed() {
        if (reason != null) {
            return Future.succeededFuture(reason);
        }
        if (closed == null) {
            closed = Promise.promise();
        }
        return closed.future();
    }

    /** Whether its socket is open, as far as it can be asked. */
    boolean isAlive() {
        return alive.getAsBoolean();
    }

    /** Ends it with words for the peer; none when they are empty. */
    void close(CloseReason reason, String words) {
        if (!words.isEmpty()) {
            farewell = words;
        }
        close(reason);
    }

    /**
     * From now on it takes what is sent to it.
     *
     * @param receiver writes a message to the peer and says whether it went out
     */
    public void onMessage(Predicate<Payload> receiver) {
        this.receiver = receiver;
    }

    /** Sends a message to the peer; whether it went out. */
    boolean deliver(Payload message) {
        var taking = receiver;
        try {
            return taking != null && taking.test(message);
        } catch (RuntimeException e) {
            // The others that it is meant for are not its business.
            log.error("Connection {} could not be sent a message", id, e);
            return false;
        }
    }

    /**
     * Where what the peer sends goes from here: to the handlers that are registered for it. Made by the first call.
     *
     * @param goOn called when the inbox was full and there may be space again
     */
    public Inbox inbox(Runnable goOn) {
        var known = inbox;
        if (known == null) {
            known = owner.inbox(this, goOn);
            inbox = known;
        }
        return known;
    }

    /** Somebody takes the messages of its client alone. */
    void handlerRegistered() {
        if (inbox != null) {
            inbox.handlerRegistered();
        }
    }

    /** What to tell the peer at the end. */
    public String farewell(String otherwise) {
        var words = farewell;
        return words == null ? otherwise : words;
    }

    /** What writes it down. */
    Batch.Open asOpen(Transport transport) {
        return new Batch.Open(id.number(), client, transport, remote, openedAt, lingerMillis);
    }

    /** Its client may linger from now on, for as long as it was granted. */
    void lingerFrom(Lingerers lingerers, long now) {
        lingerers.closed(client, lingerMillis, now);
    }

    /** Whether somebody waits for its welcome. */
    boolean isOpening() {
        return opening != null;
    }

    /** Whether its row was committed once. */
    boolean hasRow() {
        return hasRow;
    }

    void committed() {
        hasRow = true;
    }

    /** It may be welcomed; once it is, this changes nothing. */
    void admit() {
        var promise = takeOpening();
        if (promise != null) {
            try {
                promise.complete(this);
            } catch (RuntimeException e) {
                // Whoever waited for it runs here; the others of its batch are not its business.
                log.error("Connection {} is written down, but could not be welcomed", id, e);
            }
        }
    }

    /** Whoever waits for the welcome is told why it does not come; once it is welcomed, this changes nothing. */
    void refuse(Throwable failure) {
        var promise = takeOpening();
        if (promise != null) {
            promise.fail(failure);
        }
    }

    /** It has left the table: its socket is told, and whoever still waits for its welcome. */
    void closed(CloseReason reason) {
        this.reason = reason;
        try {
            onClose.accept(reason);
        } catch (RuntimeException e) {
            log.error("Connection {} is closed, but its socket could not be told", id, e);
        }
        if (inbox != null) {
            inbox.close();
        }
        refuse(Failure.CLOSED.because("the connection ended first: " + reason.label()));
        if (closed != null) {
            tellClosed(closed, reason);
        }
    }

    private void tellClosed(Promise<CloseReason> waiting, CloseReason reason) {
        try {
            waiting.complete(reason);
        } catch (RuntimeException e) {
            log.error("Connection {} is closed, but whoever waited for that failed", id, e);
        }
    }

    private @Nullable Promise<TrackedConnection> takeOpening() {
        var taken = opening;
        opening = null;
        return taken;
    }
}
