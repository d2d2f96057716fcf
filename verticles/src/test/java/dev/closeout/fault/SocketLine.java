package dev.closeout.fault;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/** A socket that is one connection, without TLS or with it: it is also ended in ways that no library offers. */
final class SocketLine implements Line {
    /** Questions whose answers are not read. */
    private static final int UNREAD = 20;
    /** A reset comes so many milliseconds after the other end, at most: before, while and after the node closes. */
    private static final int BEFORE_RESET_MS = 20;

    private final NetSocket socket;
    private final Protocol protocol;

    private SocketLine(NetSocket socket, Protocol protocol) {
        this.socket = socket;
        this.protocol = protocol;
    }

    /** Says hello. */
    static void open(NetSocket socket, Protocol protocol, Session session, String token) {
        socket.exceptionHandler(failure -> session.note("error: " + failure.getMessage()));
        socket.closeHandler(closed -> session.ended("closed"));
        socket.handler(bytes -> protocol.received(bytes, session, socket::write));
        session.connected(
                new SocketLine(socket, protocol),
                "port " + socket.localAddress().port());
        socket.write(protocol.hello(session.client(), token));
    }

    @Override
    public void ask(String text) {
        socket.write(protocol.ping(text));
    }

    @Override
    public void say(String text) {
        socket.write(protocol.message(text));
    }

    @Override
    public void end(Session.Way way) {
        switch (way) {
            case FIN -> {
                socket.write(protocol.goodbye());
                socket.close();
            }
            case RST -> breakOff();
            case BY_NODE -> socket.write(protocol.offence());
            case HALF_CLOSE -> halfClose();
            case FIN_THEN_RST -> halfCloseThenReset();
            case ASK_THEN_FIN_THEN_RST -> {
                socket.pause();
                for (var question = 0; question < UNREAD; question++) {
                    ask("unread");
                }
                halfCloseThenReset();
            }
        }
    }

    /** A reset. Vert.x has this as an option of the client only, and one client here ends its connections in every way. */
    @Override
    public void breakOff() {
        var channel = channel();
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            // Past TLS, which would say goodbye.
            channel.unsafe().close(channel.newPromise());
        }
    }

    private Future<Void> halfClose() {
        var half = Promise.<Void>promise();
        ((DuplexChannel) channel()).shutdownOutput().addListener(done -> half.complete());
        return half.future();
    }

    private void halfCloseThenReset() {
        var wait = socket.localAddress().port() % BEFORE_RESET_MS;
        halfClose().onComplete(half -> channel()
                .eventLoop()
                .schedule(this::breakOff, wait, TimeUnit.MILLISECONDS)
                .addListener(reset -> {}));
    }

    private Channel channel() {
        return ((NetSocketInternal) socket).channelHandlerContext().channel();
    }
}
