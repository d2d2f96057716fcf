package dev.closeout.worker.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.worker.postgres.CircuitBreaker;
import dev.closeout.worker.postgres.Database;
import dev.closeout.worker.postgres.DatabaseAddress;
import dev.closeout.worker.postgres.DatabaseStart;
import dev.closeout.worker.postgres.Migrations;
import dev.closeout.worker.postgres.Pools;
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
    void oneOfAllNodesHasTheTurn(Vertx vertx) throws DatabaseStart.NoAnswer {
        var real = TestDatabase.create();
        var config = TestConfig.of("unused").database();
        Migrations.apply(DatabaseAddress.read(real.uri()), config);
        var pools = new Pools(vertx, DatabaseAddress.read(real.uri()), config);
        var breaker = new CircuitBreaker(vertx, () -> Future.succeededFuture());
        var audit = new LaneAudit(new Database(vertx, pools, breaker, NODES, config.queryTimeout()));

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
