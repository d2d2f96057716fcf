package dev.closeout.worker.owed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.request.DeadLetter;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.worker.hook.AfterCommit;
import dev.closeout.worker.hook.Event;
import dev.closeout.worker.hook.EventSubscribers;
import dev.closeout.worker.hook.OwedHandlerNames;
import dev.closeout.worker.hook.Statements;
import dev.closeout.worker.postgres.CircuitBreaker;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.DatabaseAddress;
import dev.closeout.worker.postgres.Migrations;
import dev.closeout.worker.postgres.Pools;
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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Dead letters are found by what they are, and go when they are old. */
@ExtendWith(VertxExtension.class)
class DeadLettersTest {
    @Test
    void theyAreFilteredAndForgotten(Vertx vertx) {
        var real = TestDatabase.create();
        var config = TestConfig.of("unused").database();
        Eventually.done(vertx.executeBlocking(() -> {
            Migrations.apply(DatabaseAddress.read(real.uri()), config);
            return null;
        }));
        real.run(
                """
                INSERT INTO closeout.dead_letter (at, hook, event, handler, "row", sqlstate, error)
                SELECT now() - interval '40 days', 'gone', NULL, NULL, '{}', '23505', 'old' FROM generate_series(1, 2500)""",
                """
                INSERT INTO closeout.dead_letter (at, hook, event, handler, "row", sqlstate, error)
                VALUES (now() - interval '2 days', 'gone', NULL, NULL, '{}', '23505', 'two'),
                       (now() - interval '1 day', 'closed', NULL, NULL, '{}', '23505', 'one'),
                       (now(), 'owed', 'client.gone', 'webhook', '{}', NULL, 'now')""");
        var pools = new Pools(vertx, DatabaseAddress.read(real.uri()), config);
        var database = new Database(vertx, pools, new CircuitBreaker(vertx, pools::probe), 2, config.queryTimeout());
        var statements = new Statements(
                Map.of(Event.OPENED, List.of(), Event.CLOSED, List.of(), Event.GONE, List.of()), OwedHandlerNames.NONE);
        var letters = new DeadLetters(database, statements, new AfterCommit(vertx, new EventSubscribers(vertx)));
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
