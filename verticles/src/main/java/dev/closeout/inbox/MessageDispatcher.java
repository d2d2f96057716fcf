package dev.closeout.inbox;

import dev.closeout.config.MessagesSection;
import dev.closeout.failure.Failure;
import dev.closeout.message.request.HandleMessages;
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
public final class MessageDispatcher {
    /** How long nobody is asked for again who was not there: to look costs a question to the cluster. */
    private static final long NOBODY_MS = 1_000;
    /** The same for those of one client. They are announced, so this is for an announcement that was lost. */
    private static final long NO_OWN_MS = 30_000;
    /** How long a socket may stay unread for handlers none of which has answered. */
    static final long STUCK_MS = 120_000;

    private static final long ON_THE_WAY_MS = 500;

    private final Vertx vertx;
    private final MessagesSection config;
    private final InboxMemory space;
    private final MeterRegistry registry;
    private final DeliveryOptions patience;
    private long nobodyUntil = now();
    /** Bytes of this owner's connections that wait, of the node's {@link #space}. */
    private long taken;

    private boolean stopped;

    /**
     * What became of a set of messages.
     *
     * @param messages the first so many are over
     */
    record Answer(Outcome outcome, int messages) {}

    enum Outcome {
        /** They are handled, or given up. */
        DONE,
        /** They are given up because there was no answer. */
        LATE,
        /** They were not taken: the handler has enough to do. */
        AGAIN
    }

    public MessageDispatcher(Vertx vertx, MessagesSection config, InboxMemory space, MeterRegistry registry) {
        this.vertx = vertx;
        this.config = config;
        this.space = space;
        this.registry = registry;
        this.patience =
                new DeliveryOptions().setSendTimeout(2 * config.handlerTimeout().toMillis() + ON_THE_WAY_MS);
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
    public void stop() {
        stopped = true;
        space.giveBack(taken);
        taken = 0;
    }

    void take(long bytes) {
        if (!stopped) {
            taken += bytes;
            space.take(bytes);
        }
    }

    void giveBack(long bytes) {
        if (!stopped) {
            taken -= bytes;
            space.giveBack(bytes);
        }
    }

    boolean isNodeFull() {
        return space.isFull();
    }

    boolean isNodeOverfull() {
        return space.taken() >= 2L * config.nodeLimit();
    }

    /** Milliseconds that a handler may take over one message. */
    long patience() {
        return config.handlerTimeout().toMillis();
    }

    /** Somebody takes all messages, from now on. */
    public void handlerRegistered() {
        nobodyUntil = now();
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

    void later(Duration wait, Runnable action) {
        vertx.setTimer(wait.toMillis(), timer -> action.run());
    }

    /** Hands messages to whoever takes them; never fails. */
    Future<Answer> hand(Inbox inbox, HandleMessages messages) {
        if (!inbox.asksOwnHandler(now())) {
            return handToAny(messages);
        }
        var asOf = inbox.registrations();
        return ask(HandleMessages.address(inbox.client()), messages).recover(failure -> {
            if (!isNobody(failure)) {
                return failed(failure, messages);
            }
            inbox.hasNoOwnHandler(now() + NO_OWN_MS, asOf);
            return handToAny(messages);
        });
    }

    private Future<Answer> handToAny(HandleMessages messages) {
        return ask(HandleMessages.ADDRESS, messages).recover(failure -> {
            if (!isNobody(failure)) {
                return failed(failure, messages);
            }
            nobodyUntil = now() + NOBODY_MS;
            return over(Outcome.DONE, "unhandled", messages);
        });
    }

    private Future<Answer> ask(String address, HandleMessages messages) {
        return vertx.eventBus()
                .<JsonObject>request(address, messages.toJson(), patience)
                .map(reply -> {
                    var all = messages.messages().size();
                    var taken = reply.body() == null || reply.body().isEmpty()
                            ? new HandleMessages.Taken(all, 0)
                            : HandleMessages.Taken.fromJson(reply.body());
                    // At least one, or a handler could keep a connection for ever.
                    var over = Math.min(all, Math.max(1, taken.messages()));
                    var lost = Math.min(over, Math.max(0, taken.lost()));
                    given("handled", over - lost);
                    given("failed", lost);
                    return new Answer(Outcome.DONE, over);
                });
    }

    private Future<Answer> failed(Throwable failure, HandleMessages messages) {
        if (Failure.of(failure) == Failure.OVERLOADED) {
            return Future.succeededFuture(new Answer(Outcome.AGAIN, 0));
        }
        var late = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
        return over(late ? Outcome.LATE : Outcome.DONE, late ? "late" : "failed", messages);
    }

    private Future<Answer> over(Outcome outcome, String name, HandleMessages messages) {
        given(name, messages.messages().size());
        return Future.succeededFuture(new Answer(outcome, messages.messages().size()));
    }

    private static boolean isNobody(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    void given(String outcome, int messages) {
        registry.counter("closeout.messages.handed", "outcome", outcome).increment(messages);
    }
}
