package dev.closeout.worker.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LaneAuditTest {
    private static final int NODES = 8;

    /** However many nodes there are, one walks over the counts; when it has died on its way, the next turn is another's. */
    @Test
    void oneOfAllNodesHasTheTurn(Vertx vertx) {
        var real = TestDatabase.create();
        var connections = String.valueOf(NODES);
        var config = TestConfig.of("unused", "DATABASE_CONNECTIONS", connections);
        var postgres = new Postgres(vertx, real.uri(), config, new SimpleMeterRegistry());
        Eventually.done(postgres.migrate());
        var audit = new LaneAudit(postgres.work());

        assertEquals(1, turns(audit, Duration.ofHours(1)));
        assertEquals(0, turns(audit, Duration.ofHours(1)));
        real.run("UPDATE closeout.search SET counts_due_at = clock_timestamp()");
        assertEquals(1, turns(audit, Duration.ofHours(1)));
    }

    private static long turns(LaneAudit audit, Duration pause) {
        var all = IntStream.range(0, NODES)
                .mapToObj(node -> audit.takeTurn(pause))
                .toList();
        Eventually.done(Future.all(all));
        return all.stream().filter(Future::result).count();
    }
}
