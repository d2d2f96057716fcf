package dev.closeout.worker.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.request.DeadLetter;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.worker.hook.Hooks;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Dead letters are found by what they are, and go when they are old. */
@ExtendWith(VertxExtension.class)
class DeadLettersTest {
    @Test
    void theyAreFilteredAndForgotten(Vertx vertx) {
        var real = TestDatabase.create();
        var config = TestConfig.of("unused");
        var postgres = new Postgres(vertx, real.uri(), config, new SimpleMeterRegistry());
        Eventually.done(postgres.migrate());
        real.run(
                """
                INSERT INTO closeout.dead_letter (at, hook, event, handler, "row", sqlstate, error)
                SELECT now() - interval '40 days', 'gone', NULL, NULL, '{}', '23505', 'old' FROM generate_series(1, 2500)""",
                """
                INSERT INTO closeout.dead_letter (at, hook, event, handler, "row", sqlstate, error)
                VALUES (now() - interval '2 days', 'gone', NULL, NULL, '{}', '23505', 'two'),
                       (now() - interval '1 day', 'closed', NULL, NULL, '{}', '23505', 'one'),
                       (now(), 'owed', 'client.gone', 'webhook', '{}', NULL, 'now')""");
        var hooks = Eventually.done(Hooks.check(vertx, postgres.work(), config));
        var letters = new DeadLetters(postgres.work(), hooks.statements(), hooks.afterCommit());
        var asker = new Asker(letters);
        Eventually.done(vertx.deployVerticle(asker, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));

        asker.forget(Duration.ofDays(30));

        assertEquals(List.of("two", "one", "now"), asker.list(new JsonObject().put("after", 0)));
        assertEquals(List.of("two"), asker.list(new JsonObject().put("after", 0).put("hook", "gone")));
        assertEquals(
                List.of("now"), asker.list(new JsonObject().put("after", 0).put("handler", "client.gone.webhook")));
        var yesterday = Instant.now().minus(Duration.ofHours(36)).toEpochMilli();
        assertEquals(
                List.of("one", "now"),
                asker.list(new JsonObject().put("after", 0).put("since", yesterday)));
        assertEquals(List.of("two"), asker.list(new JsonObject().put("after", 0).put("until", yesterday)));
    }

    /** Calls the letters on a worker thread. */
    private static final class Asker extends VerticleBase {
        private final DeadLetters letters;

        Asker(DeadLetters letters) {
            this.letters = letters;
        }

        void forget(Duration keep) {
            Eventually.done(Future.future(
                    done -> context.runOnContext(v -> letters.forget(keep).onComplete(done))));
        }

        List<String> list(JsonObject asked) {
            return Eventually.done(Future.<ListDeadLetters.Page>future(done -> context.runOnContext(
                            v -> letters.list(ListDeadLetters.fromJson(asked)).onComplete(done))))
                    .letters()
                    .stream()
                    .map(DeadLetter::error)
                    .toList();
        }
    }
}
