package dev.closeout.sse;

import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.StreamUnread;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * A stream of HTTP/2. Behind a proxy its connection carries many clients, so it is ended and not reset: too many resets end
 * the connection. Reset is what does not end.
 */
final class SharedConnection implements Outlet {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Channel channel;
    private final NodeLimits limits;
    private final ClosingSockets farewells;
    private final StreamUnread unread;
    private Runnable slow = () -> {};
    private boolean ended;

    SharedConnection(HttpServerRequest request, Channel channel, NodeLimits limits, ClosingSockets farewells) {
        this.request = request;
        this.response = request.response();
        this.channel = channel;
        this.limits = limits;
        this.farewells = farewells;
        this.unread = limits.guardStream();
    }

    @Override
    public NodeLimits.Place enter() {
        return limits.enter(request.remoteAddress());
    }

    @Override
    public void greet(Runnable slow) {
        this.slow = slow;
    }

    /** Nothing is written before. */
    @Override
    public void welcomed() {}

    @Override
    public boolean write(Buffer event) {
        if (ended || !isOpen()) {
            return false;
        }
        var bytes = event.length();
        if (!unread.write(bytes)) {
            slow.run();
            return false;
        }
        response.write(event).onComplete(done -> unread.written(bytes));
        return !ended;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The end of the stream is heard in its connection.
    public void end(Buffer last) {
        if (ended) {
            return;
        }
        ended = true;
        if (isOpen()) {
            response.end(last).onComplete(done -> unread.end());
            farewells.add(this::reset, StreamSession.now());
        } else {
            unread.end();
        }
    }

    @Override
    public void breakOff() {
        ended = true;
        reset();
    }

    @Override
    public boolean isOpen() {
        return channel.isActive() && !response.closed();
    }

    /** Vert.x lets go of what waits for a stream when it closes. */
    @SuppressWarnings("FutureReturnValueIgnored") // The end of the stream is heard in its connection.
    private void reset() {
        if (isOpen()) {
            response.reset(Http2Error.CANCEL.code());
        }
        unread.end();
    }
}
