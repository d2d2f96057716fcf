package dev.closeout.rehearsal;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.OpenLane;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** Everybody whom owners of connections ask for something, on a stage. */
final class Others extends VerticleBase {
    private final Function<Batch, Future<BatchApplied>> worker;
    /** A number that none gets. */
    private final long incarnation = -1 - ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);

    private final Set<Message<Batch>> waiting = new HashSet<>();
    private int lanes;
    private boolean answering;

    Others(Function<Batch, Future<BatchApplied>> worker) {
        this.worker = worker;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus()
                .<JsonObject>consumer(
                        OpenLane.GRANT, wanted -> wanted.reply(new OpenLane(incarnation, lanes++).toJson()));
        vertx.eventBus().consumer(Batch.ADDRESS, this::apply);
        return Future.succeededFuture();
    }

    /** From now on nobody waits for the worker. On any thread. */
    void answerForAll() {
        context.runOnContext(v -> {
            answering = true;
            List.copyOf(waiting).forEach(message -> answer(message, applied(message)));
        });
    }

    private void apply(Message<Batch> message) {
        waiting.add(message);
        if (answering) {
            answer(message, applied(message));
            return;
        }
        worker.apply(message.body())
                .onComplete(done -> context.runOnContext(v -> {
                    if (done.succeeded()) {
                        answer(message, done.result());
                    } else if (waiting.remove(message)) {
                        message.fail(Failure.DATABASE_AWAY.code(), String.valueOf(done.cause()));
                    }
                }));
    }

    private void answer(Message<Batch> message, BatchApplied applied) {
        if (waiting.remove(message)) {
            message.reply(applied.toJson());
        }
    }

    private static BatchApplied applied(Message<Batch> message) {
        return new BatchApplied(message.body().number(), List.of(), List.of(), true);
    }
}
