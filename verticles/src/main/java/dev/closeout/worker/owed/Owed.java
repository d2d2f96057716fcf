package dev.closeout.worker.owed;

import dev.closeout.config.NodeConfig;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VerticleBase;
import java.util.List;

/** The door of this room. */
public final class Owed {
    private Owed() {}

    /** Those who answer for what is owed, then the one that pays it. */
    public static List<VerticleBase> verticles(
            Postgres postgres, Hooks hooks, NodeConfig config, MeterRegistry registry) {
        var letters = new DeadLetters(postgres.work(), hooks.statements(), hooks.afterCommit());
        // Until the answer must be there, and the database has had its time to be told.
        var lease = config.owed().answerTimeout().plus(config.database().queryTimeout());
        return List.of(
                new DeadLetterVerticle(
                        new OwedListing(postgres.questions()),
                        letters,
                        config.deadLetters().keep()),
                new OwedVerticle(
                        new OwedWork(postgres.work(), config.owed(), lease),
                        config.owed(),
                        hooks.owedHandlers(),
                        config.node().stopTimeout(),
                        new OwedMetrics(registry)));
    }
}
