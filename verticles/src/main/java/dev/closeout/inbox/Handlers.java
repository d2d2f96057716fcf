package dev.closeout.inbox;

import dev.closeout.config.Messages;
import dev.closeout.failure.Failure;
import dev.closeout.message.MessagesReceived;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * Those who take what clients send, as one owner of connections sees them: over the event bus. At most once: what a
 * handler fails at, or does not answer in time, is given up. Used on the owner's event loop.
 */
public final class Handlers {
    /** How long nobody is asked for again who was not there: to look costs a question to the cluster. */
    private static final long NOBODY_MS = 1_000;
    /** The same for those of one client. They are announced, so this is for an announcement that was lost. */
    private static final long NO_OWN_MS = 30_000;

    private final Vertx vertx;
    private final Messages config;
    private final Space space;
    private final MeterRegistry registry;
    private final DeliveryOptions patience;
    private long nobodyUntil = now();
    /** Bytes of this owner's connections that wait, of the node's {@link #space}. */
    private long taken;

    private boolean ended;

    /** What became of messages. */
    enum Outcome {
        /** They are handled, or given up. */
        DONE,
        /** They are given up because there was no answer. */
        LATE,
        /** They were not taken: the handler has enough to do. */
        AGAIN
    }

    public Handlers(Vertx vertx, Messages config, Space space, MeterRegistry registry) {
        this.vertx = vertx;
        this.config = config;
        this.space = space;
        this.registry = registry;
        this.patience =
                new DeliveryOptions().setSendTimeout(config.handlerTimeout().toMillis());
    }

    /**
     * An empty inbox.
     *
     * @param goOn called when there may be space again
     */
    public Inbox inbox(String connection, String client, Runnable goOn) {
        return new Inbox(this, connection, client, goOn);
    }

    /** Nothing of this owner waits any more: its timers and its answers went with its verticle. */
    public void end() {
        ended = true;
        space.giveBack(taken);
        taken = 0;
    }

    void take(long bytes) {
        if (!ended) {
            taken += bytes;
            space.take(bytes);
        }
    }

    void giveBack(long bytes) {
        if (!ended) {
            taken -= bytes;
            space.giveBack(bytes);
        }
    }

    boolean isNodeFull() {
        return space.isFull();
    }

    int limit() {
        return config.waitingLimit();
    }

    /** Milliseconds by a clock that only this class knows. */
    long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** Whether it was just seen that nobody takes this one's messages. */
    boolean isNobodyThere(Inbox inbox) {
        var now = now();
        return now - nobodyUntil < 0 && !inbox.asksOwnHandler(now);
    }

    void unhandled(int messages) {
        given("unhandled", messages);
    }

    void later(Duration wait, Runnable action) {
        vertx.setTimer(wait.toMillis(), timer -> action.run());
    }

    /** Hands messages to whoever takes them; never fails. */
    Future<Outcome> hand(Inbox inbox, MessagesReceived messages) {
        return inbox.asksOwnHandler(now())
                ? ask(MessagesReceived.address(inbox.client()), messages).recover(failure -> {
                    if (!isNobody(failure)) {
                        return outcome(failure, messages);
                    }
                    inbox.hasNoOwnHandler(now() + NO_OWN_MS);
                    return handToAny(messages);
                })
                : handToAny(messages);
    }

    private Future<Outcome> handToAny(MessagesReceived messages) {
        return ask(MessagesReceived.ADDRESS, messages).recover(failure -> {
            if (!isNobody(failure)) {
                return outcome(failure, messages);
            }
            nobodyUntil = now() + NOBODY_MS;
            unhandled(messages.messages().size());
            return Future.succeededFuture(Outcome.DONE);
        });
    }

    private Future<Outcome> ask(String address, MessagesReceived messages) {
        return vertx.eventBus()
                .<JsonObject>request(address, messages.toJson(), patience)
                .map(answered -> {
                    given("handled", messages.messages().size());
                    return Outcome.DONE;
                });
    }

    private Future<Outcome> outcome(Throwable failure, MessagesReceived messages) {
        if (Failure.of(failure) == Failure.OVERLOADED) {
            return Future.succeededFuture(Outcome.AGAIN);
        }
        var late = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
        given(late ? "late" : "failed", messages.messages().size());
        return Future.succeededFuture(late ? Outcome.LATE : Outcome.DONE);
    }

    private static boolean isNobody(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    private void given(String outcome, int messages) {
        registry.counter("closeout.messages.handed", "outcome", outcome).increment(messages);
    }
}
