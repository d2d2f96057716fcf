package dev.closeout.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.NodeConfig;
import dev.closeout.connection.Doors;
import dev.closeout.connection.OwnConnections;
import dev.closeout.connection.SocketSettings;
import dev.closeout.failure.Failure;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.token.Tokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who gets which lane: there are 1,024 in an incarnation, and one that nobody used is not lost. */
@ExtendWith(VertxExtension.class)
class LaneGrantTest {
    private final NodeConfig config = TestConfig.of("unused");
    private final AtomicBoolean away = new AtomicBoolean();
    private Vertx vertx;

    @SuppressWarnings("NullAway.Init") // vertx: set before each test
    LaneGrantTest() {}

    /** With a worker that takes every node in, and opens every lane unless it is away. */
    @BeforeEach
    void start(Vertx given) {
        vertx = given;
        vertx.eventBus()
                .<JsonObject>consumer(JoinNode.ADDRESS, message -> message.reply(new LeaseHeld(7, List.of()).toJson()));
        vertx.eventBus().<JsonObject>consumer(OpenLane.ADDRESS, message -> {
            if (away.get()) {
                message.fail(Failure.DATABASE_AWAY.code(), "away");
            } else {
                message.reply(new JsonObject());
            }
        });
        var registry = new SimpleMeterRegistry();
        new SocketSettings(config, registry, Doors.of(config, registry), Tokens.of(null, null)).publish(vertx);
        Eventually.done(vertx.deployVerticle(new LeaseVerticle(config.node(), new Judge("none", "127.0.0.1", 1))));
        assertEquals(0, Eventually.done(firstGrant()).lane());
    }

    @Test
    void aGrantThatFailedCostsNoLane() {
        away.set(true);
        for (var i = 0; i < ConnectionId.LANES; i++) {
            Eventually.failure(grant());
        }
        away.set(false);
        assertEquals(1, Eventually.done(grant()).lane());
        assertEquals(2, Eventually.done(grant()).lane());
    }

    /** As when it is tried again and again until something else that it needs is there. */
    @Test
    void aVerticleThatDoesNotStartCostsNoLane() {
        for (var i = 0; i < 50; i++) {
            Eventually.failure(vertx.deployVerticle(new DoesNotStart()));
        }
        var granted = new HashSet<Integer>();
        for (var i = 0; i < 3; i++) {
            granted.add(Eventually.done(grant()).lane());
        }
        assertEquals(3, granted.size(), "nobody shares one");
        assertTrue(granted.stream().allMatch(lane -> lane < 5), () -> "used up: " + granted);
    }

    /** It joins a moment after it has started. */
    private Future<OpenLane> firstGrant() {
        return grant().recover(notYet -> vertx.timer(1).compose(again -> firstGrant()));
    }

    private Future<OpenLane> grant() {
        return vertx.eventBus()
                .<JsonObject>request(OpenLane.GRANT, new JsonObject())
                .map(reply -> OpenLane.fromJson(reply.body()));
    }

    /** It gets its lane, and then something else is missing. */
    private static final class DoesNotStart extends VerticleBase {
        @Override
        public Future<?> start() {
            return OwnConnections.of(vertx, "half")
                    .start()
                    .compose(started -> Future.failedFuture(new IllegalStateException("something else is missing")));
        }
    }
}
