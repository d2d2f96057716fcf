package dev.closeout.sse;

import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.PostMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of what clients post to the stream that they have on this node, which may be another event loop's: that of its
 * lane's owner. Used on one event loop.
 */
final class Posts {
    /** An event loop of this node answers at once or is stuck. */
    private static final long PATIENCE_MS = 5_000;

    private static final DeliveryOptions WITHIN_NODE =
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(PATIENCE_MS);

    private final Vertx vertx;
    private final Map<ConnectionId, StreamSession> sessions = new HashMap<>();
    private @Nullable LaneId lane;
    private @Nullable MessageConsumer<JsonObject> consumer;

    Posts(Vertx vertx) {
        this.vertx = vertx;
    }

    /** It is found from now on. All of one owner are of one lane until that is over. */
    void add(ConnectionId connection, StreamSession session) {
        sessions.put(connection, session);
        var its = connection.laneId();
        if (!its.equals(lane)) {
            stop();
            lane = its;
            consumer = vertx.eventBus().localConsumer(PostMessage.address(its), this::take);
        }
    }

    void remove(ConnectionId connection) {
        sessions.remove(connection);
    }

    void stop() {
        if (consumer != null) {
            consumer.unregister();
        }
    }

    /** The status of the answer: 202 when it was taken, 404 when there is no such stream on this node. */
    Future<Integer> send(PostMessage posted) {
        var address = PostMessage.address(ConnectionId.read(posted.connection()).laneId());
        return vertx.eventBus()
                .<Integer>request(address, posted.toJson(), WITHIN_NODE)
                .map(answer -> answer.body())
                .recover(failure ->
                        failure instanceof ReplyException away && away.failureType() == ReplyFailure.NO_HANDLERS
                                ? Future.succeededFuture(404)
                                : Future.succeededFuture(503));
    }

    private void take(Message<JsonObject> message) {
        try {
            var posted = PostMessage.fromJson(message.body());
            var session = sessions.get(ConnectionId.read(posted.connection()));
            message.reply(session == null ? 404 : session.posted(posted.client(), posted.message(), posted.bytes()));
        } catch (ReplyException e) {
            message.fail(Failure.BAD_MESSAGE.code(), e.getMessage());
        }
    }
}
