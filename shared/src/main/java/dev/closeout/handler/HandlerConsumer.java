package dev.closeout.handler;

import dev.closeout.failure.Failure;
import dev.closeout.failure.LogThrottle;
import dev.closeout.handler.MessageHandlers.Received;
import dev.closeout.message.Payload;
import dev.closeout.message.request.HandleMessages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One registered handler at its work. Used on the context of its verticle. */
final class HandlerConsumer {
    private static final Logger log = LoggerFactory.getLogger(HandlerConsumer.class);
    /** Sets that it may be at; the next is sent again later. */
    private static final int LIMIT = 256;

    private final Vertx vertx;
    private final Function<Received, Future<?>> handler;
    private final LogThrottle lines = new LogThrottle(Duration.ofSeconds(1));
    private int sets;

    HandlerConsumer(Vertx vertx, Function<Received, Future<?>> handler) {
        this.vertx = vertx;
        this.handler = handler;
    }

    void take(Message<JsonObject> request) {
        if (sets >= LIMIT) {
            request.fail(Failure.OVERLOADED.code(), "this handler is at %d sets of messages".formatted(LIMIT));
            return;
        }
        try {
            var work = new Work(HandleMessages.fromJson(request.body()), request);
            sets++;
            work.goOn();
        } catch (ReplyException refused) {
            request.fail(refused.failureCode(), refused.getMessage());
        } catch (RuntimeException e) {
            request.fail(Failure.BAD_MESSAGE.code(), "not a HandleMessages");
        }
    }

    /** One connection's messages, one after the other. What one fails at is not the next one's business. */
    private final class Work {
        private final HandleMessages received;
        private final Message<JsonObject> request;
        private final Context context = vertx.getOrCreateContext();
        private final long begunAt = System.nanoTime();
        private int begun;
        private int lost;

        Work(HandleMessages received, Message<JsonObject> request) {
            this.received = received;
            this.request = request;
        }

        /** A loop as long as the handler answers at once: a chain of futures would be as deep as the set is long. */
        void goOn() {
            while (begun < received.messages().size() && (begun == 0 || !isOver())) {
                var answer = call(received.messages().get(begun++));
                if (!answer.isComplete()) {
                    // The timer lets go of it when the handler never does. Futures of others, and such timers, may
                    // complete on any thread.
                    answer.timeout(received.patience(), TimeUnit.MILLISECONDS)
                            .onComplete(done -> context.runOnContext(v -> {
                                note(done.cause());
                                goOn();
                            }));
                    return;
                }
                note(answer.cause());
            }
            sets--;
            request.reply(new HandleMessages.Taken(begun, lost).toJson());
        }

        private boolean isOver() {
            return System.nanoTime() - begunAt
                    >= Duration.ofMillis(received.patience()).toNanos();
        }

        private Future<?> call(Payload message) {
            try {
                var answer = handler.apply(new Received(received.connection(), received.client(), message));
                return answer == null ? Future.failedFuture("the handler returned no future") : answer;
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        private void note(@Nullable Throwable failure) {
            if (failure != null) {
                lost++;
                lines.pass()
                        .ifPresent(others -> log.warn(
                                "A message of {} is lost: its handler failed, or took too long; so were {} others since"
                                        + " the last line",
                                received.connection(),
                                others,
                                failure));
            }
        }
    }
}
