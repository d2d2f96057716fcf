package dev.closeout.worker.owed;

import dev.closeout.message.request.DropDeadLetter;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ListOwed;
import dev.closeout.message.request.ResendDeadLetter;
import dev.closeout.message.request.ResendDeadLetters;
import dev.closeout.worker.bus.Answers;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers those who look after owed work and dead letters, and deletes old ones. One per node with workers; a worker verticle. */
final class DeadLetterVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterVerticle.class);
    /** How often old letters are looked for. */
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

    private final OwedListing owed;
    private final DeadLetters letters;
    private final Duration keep;

    DeadLetterVerticle(OwedListing owed, DeadLetters letters, Duration keep) {
        this.keep = keep;
        this.owed = owed;
        this.letters = letters;
    }

    @Override
    public Future<?> start() {
        forgetLater();
        return Future.all(
                Answers.on(vertx, ListOwed.ADDRESS, json -> owed.list(ListOwed.fromJson(json))
                        .map(ListOwed.Page::toJson)),
                Answers.on(vertx, ListDeadLetters.ADDRESS, json -> letters.list(ListDeadLetters.fromJson(json))
                        .map(ListDeadLetters.Page::toJson)),
                Answers.on(vertx, ResendDeadLetter.ADDRESS, json -> letters.sendAgain(
                                ResendDeadLetter.fromJson(json).id())
                        .map(new JsonObject())),
                Answers.on(vertx, ResendDeadLetters.ADDRESS, json -> letters.sendAgain(ResendDeadLetters.fromJson(json))
                        .map(ResendDeadLetters.Sent::toJson)),
                Answers.on(vertx, DropDeadLetter.ADDRESS, json -> letters.drop(
                                DropDeadLetter.fromJson(json).id())
                        .map(new JsonObject())));
    }

    private void forgetLater() {
        vertx.setTimer(FORGET_EVERY.toMillis(), timer -> letters.forget(keep)
                .onFailure(failure -> log.debug("Old dead letters are not deleted yet", failure))
                .onComplete(done -> forgetLater()));
    }
}
