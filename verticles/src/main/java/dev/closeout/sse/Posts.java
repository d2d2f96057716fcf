package dev.closeout.sse;

import dev.closeout.failure.Failure;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.PostMessage;
import dev.closeout.message.cluster.RenewToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
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
    private final List<MessageConsumer<JsonObject>> consumers = new ArrayList<>();

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
            consume(PostMessage.address(its), json -> take(PostMessage.fromJson(json)));
            consume(RenewToken.address(its), json -> renew(RenewToken.fromJson(json)));
        }
    }

    void remove(ConnectionId connection) {
        sessions.remove(connection);
    }

    void stop() {
        consumers.forEach(MessageConsumer::unregister);
        consumers.clear();
    }

    /** The status of the answer: 202 when it was taken, 404 when there is no such stream on this node. */
    Future<Integer> send(PostMessage posted) {
        return ask(PostMessage.address(laneOf(posted.connection())), posted.toJson());
    }

    /** The same for a fresh token, of which only its end is told. */
    Future<Integer> renew(String connection, String client, long until) {
        return ask(RenewToken.address(laneOf(connection)), new RenewToken(connection, client, until).toJson());
    }

    private static LaneId laneOf(String connection) {
        return ConnectionId.read(connection).laneId();
    }

    private Future<Integer> ask(String address, JsonObject asked) {
        return vertx.eventBus()
                .<Integer>request(address, asked, WITHIN_NODE)
                .map(answer -> answer.body())
                .recover(failure ->
                        failure instanceof ReplyException away && away.failureType() == ReplyFailure.NO_HANDLERS
                                ? Future.succeededFuture(404)
                                : Future.succeededFuture(503));
    }

    private void consume(String address, ToIntFunction<JsonObject> handler) {
        consumers.add(vertx.eventBus().localConsumer(address, message -> answer(message, handler)));
    }

    private static void answer(Message<JsonObject> message, ToIntFunction<JsonObject> handler) {
        try {
            message.reply(handler.applyAsInt(message.body()));
        } catch (ReplyException e) {
            message.fail(Failure.BAD_MESSAGE.code(), e.getMessage());
        }
    }

    private int take(PostMessage posted) {
        var session = sessions.get(ConnectionId.read(posted.connection()));
        return session == null ? 404 : session.posted(posted.client(), posted.message(), posted.bytes());
    }

    private int renew(RenewToken shown) {
        var session = sessions.get(ConnectionId.read(shown.connection()));
        return session == null ? 404 : session.renewed(shown.client(), shown.until());
    }
}
