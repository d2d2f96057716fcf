package dev.closeout.sse;

import dev.closeout.connection.ClosingSockets;
import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.UnreadGuard;
import dev.closeout.http.HttpPeer;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** A connection of HTTP/1 that carries a stream and nothing else, before or after: both end together. */
final class WholeConnection implements Outlet {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Channel channel;
    private final ClosingSockets farewells;
    private boolean ended;

    WholeConnection(HttpServerRequest request, Channel channel, ClosingSockets farewells) {
        this.request = request;
        this.response = request.response();
        this.channel = channel;
        this.farewells = farewells;
        response.putHeader("Connection", "close").setChunked(request.version() == HttpVersion.HTTP_1_1);
    }

    @Override
    public NodeLimits.Place enter() {
        return HttpPeer.of(channel).upgrade();
    }

    @Override
    public void greet(Runnable slow) {
        UnreadGuard.of(channel).greet(slow);
    }

    @Override
    public void welcomed() {
        UnreadGuard.of(channel).welcomed();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // What breaks the connection ends the stream.
    public boolean write(Buffer event) {
        if (ended || !channel.isActive()) {
            return false;
        }
        response.write(event);
        return !ended;
    }

    @Override
    public void end(Buffer last) {
        if (ended) {
            return;
        }
        ended = true;
        farewells.add(channel, StreamSession.now());
        if (channel.isActive()) {
            response.end(last).onComplete(done -> request.connection().close());
        }
    }

    @Override
    public void breakOff() {
        ended = true;
        ClosingSockets.breakOff(channel);
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }
}
