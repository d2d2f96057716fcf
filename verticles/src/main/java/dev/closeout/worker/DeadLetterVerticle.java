package dev.closeout.worker;

import dev.closeout.message.DeadLetter;
import dev.closeout.message.DeadLettersListed;
import dev.closeout.message.DeadLettersResent;
import dev.closeout.message.OwedListed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;

/** Answers those who look after owed work and dead letters. One per node with workers; a worker verticle. */
final class DeadLetterVerticle extends VerticleBase {
    private final Debts debts;
    private final DeadLetters letters;

    DeadLetterVerticle(Debts debts, DeadLetters letters) {
        this.debts = debts;
        this.letters = letters;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                Answers.on(vertx, OwedListed.ADDRESS, json -> debts.list(OwedListed.fromJson(json))
                        .map(OwedListed.Page::toJson)),
                Answers.on(vertx, DeadLettersListed.ADDRESS, json -> letters.list(DeadLettersListed.fromJson(json))
                        .map(DeadLettersListed.Page::toJson)),
                Answers.on(vertx, DeadLetter.Named.SENT_AGAIN, json -> letters.sendAgain(
                                DeadLetter.Named.fromJson(json).id())
                        .onSuccess(sent -> OwedWork.announce(vertx))
                        .map(new JsonObject())),
                Answers.on(vertx, DeadLettersResent.ADDRESS, json -> letters.sendAgain(DeadLettersResent.fromJson(json))
                        .onSuccess(sent -> OwedWork.announce(vertx))
                        .map(DeadLettersResent.Sent::toJson)),
                Answers.on(vertx, DeadLetter.Named.DROPPED, json -> letters.drop(
                                DeadLetter.Named.fromJson(json).id())
                        .map(new JsonObject())));
    }
}
