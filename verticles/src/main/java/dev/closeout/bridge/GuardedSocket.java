package dev.closeout.bridge;

import dev.closeout.connection.NodeLimits;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.UnreadGuard;
import dev.closeout.failure.Failure;
import dev.closeout.token.Pass;
import dev.closeout.token.TokenException;
import dev.closeout.token.TokenFault;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.Session;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket as the bridge of Vert.x sees it: every frame of the peer is checked before, and the token taken out of it.
 * Runs on its verticle's event loop.
 */
final class GuardedSocket implements SockJSSocket {
    private static final int NORMAL = 1000;

    private final EventBusBridge owner;
    private final Rules rules;
    private final Shown shown;
    private final SockJSSocket peer;
    private final Channel channel;
    private final NodeLimits.Place place;
    /** Milliseconds by {@link EventBusBridge#now}. */
    private final long acceptedAt = EventBusBridge.now();

    private long heardAt = acceptedAt;

    private boolean admitted;
    private boolean ended;

    GuardedSocket(EventBusBridge owner, Rules rules, SockJSSocket peer, Channel channel, NodeLimits.Place place) {
        this.owner = owner;
        this.rules = rules;
        this.shown = new Shown(rules.tokens());
        this.peer = peer;
        this.channel = channel;
        this.place = place;
        UnreadGuard.of(channel).greet(this::left);
        peer.exceptionHandler(this::broken);
        peer.closeHandler(closed -> left());
    }

    private void broken(Throwable failure) {
        var why = Failure.BAD_MESSAGE.because("the message is too long, or none of WebSocket's");
        if (failure instanceof CorruptedWebSocketFrameException) {
            // What comes next is its close frame, with the status of what was wrong.
            owner.refused(why);
            tell(why, null);
            left();
        } else if (failure instanceof IllegalStateException) {
            // Of its parts each was short enough. Vert.x forgets it, and would go on.
            owner.refused(why);
            tell(why, null);
            finish(Refusal.LINE_TOO_LONG.webSocketStatus(), "the message is too long");
        }
    }

    /** Ends one that has not shown the token in time, whose token ran out, or that is silent. */
    void check(long now, Duration handshakeTimeout, Duration pingTimeout) {
        if (!admitted && now - acceptedAt >= handshakeTimeout.toMillis()) {
            owner.stranger();
            refuse(notAllowed(), null);
        } else if (admitted && !shown.holds()) {
            refuse(new TokenException(TokenFault.EXPIRED), null);
        } else if (now - heardAt >= pingTimeout.toMillis()) {
            finish(NORMAL, "nothing was heard");
        }
    }

    /** Tells the peer why, and ends it. */
    private void refuse(ReplyException why, @Nullable String replyAddress) {
        if (ended) {
            return;
        }
        tell(why, replyAddress);
        finish(Refusal.NOT_ALLOWED.webSocketStatus(), String.valueOf(why.getMessage()));
    }

    /** The same for a token that is not taken. */
    private void refuse(TokenException why, @Nullable String replyAddress) {
        if (ended) {
            return;
        }
        // In the same words as with a shared one.
        var sentence = why.fault() == TokenFault.MISSING
                ? TokenFault.WORD.sentence()
                : why.fault().sentence();
        var failure = why.fault().retryHelps() ? Failure.NOT_READY : Failure.NOT_ALLOWED;
        tell(failure.because(sentence), replyAddress);
        finish(Refusal.of(why).webSocketStatus(), sentence);
    }

    /** The node stops. */
    void restart() {
        finish(Refusal.NODE_RESTARTS.webSocketStatus(), "this node stops");
    }

    /** Closes it with a status; a second call changes nothing. */
    private void finish(int status, String text) {
        if (ended) {
            return;
        }
        left();
        owner.farewell(channel);
        peer.close(status, text);
    }

    @Override
    public SockJSSocket handler(Handler<Buffer> next) {
        peer.handler(data -> receive(data, next));
        return this;
    }

    /** The answer's text goes out as a text frame: a plain WebSocket would make bytes of a buffer. */
    @Override
    public Future<Void> write(Buffer data) {
        return send(data.toString());
    }

    @Override
    public Future<Void> write(String data) {
        return send(data);
    }

    @Override
    public SockJSSocket closeHandler(Handler<Void> next) {
        peer.closeHandler(closed -> {
            left();
            next.handle(null);
        });
        return this;
    }

    private void receive(Buffer data, Handler<Buffer> next) {
        if (ended) {
            return;
        }
        heardAt = EventBusBridge.now();
        try {
            var frame = Frame.read(data);
            if (frame.type() == Frame.Type.PING) {
                next.handle(frame.forwarded());
            } else {
                check(frame, next);
            }
        } catch (ReplyException bad) {
            answer(bad, null);
        }
    }

    /** Each frame shows the token. While one is being checked, none behind it is read. */
    private void check(Frame frame, Handler<Buffer> next) {
        var checking = shown.check(frame.token());
        var waits = !checking.isComplete();
        if (waits) {
            peer.pause();
        }
        checking.onSuccess(pass -> admit(frame, pass, next))
                .onFailure(failure -> turnAway((TokenException) failure, frame.replyAddress()))
                .onComplete(done -> {
                    if (waits && !ended) {
                        peer.resume();
                    }
                });
    }

    private void admit(Frame frame, Pass pass, Handler<Buffer> next) {
        if (ended) {
            return;
        }
        if (!admitted) {
            admitted = true;
            place.welcomed();
            owner.admitted(channel);
        }
        try {
            rules.check(frame, pass);
            next.handle(frame.forwarded());
        } catch (ReplyException refused) {
            answer(refused, frame.replyAddress());
        }
    }

    /** A stranger's frame is its last. */
    private void turnAway(TokenException why, @Nullable String replyAddress) {
        if (!ended) {
            owner.stranger();
            refuse(why, replyAddress);
        }
    }

    /** Bad frames of an admitted peer are answered one by one; a stranger has only one. */
    private void answer(ReplyException why, @Nullable String replyAddress) {
        owner.refused(why);
        if (admitted) {
            tell(why, replyAddress);
        } else {
            refuse(why, replyAddress);
        }
    }

    private void tell(ReplyException why, @Nullable String replyAddress) {
        send(told(why, replyAddress));
    }

    /** As the bridge of Vert.x tells failures: with a reply address to whoever waits there. */
    static String told(ReplyException why, @Nullable String replyAddress) {
        var frame = new JsonObject()
                .put("type", "err")
                .put("body", Objects.requireNonNull(Failure.of(why)).name().toLowerCase(Locale.ROOT))
                .put("failureCode", why.failureCode())
                .put("failureType", why.failureType().name())
                .put("message", why.getMessage());
        if (replyAddress != null) {
            frame.put("address", replyAddress);
        }
        return frame.encode();
    }

    private Future<Void> send(String text) {
        if (ended) {
            return Future.failedFuture("the socket has ended");
        }
        return peer.write(text);
    }

    /** It counts no longer. */
    private void left() {
        if (!ended) {
            ended = true;
            place.leave();
            owner.forget(this);
        }
    }

    /** What a stranger is told. */
    static ReplyException notAllowed() {
        return Failure.NOT_ALLOWED.because("the token is missing or wrong");
    }

    // What follows is the peer's.

    @Override
    public SockJSSocket exceptionHandler(@Nullable Handler<Throwable> handler) {
        // That of the bridge would write a stack trace to the log for whatever a stranger sends.
        return this;
    }

    @Override
    public SockJSSocket pause() {
        peer.pause();
        return this;
    }

    @Override
    public SockJSSocket resume() {
        peer.resume();
        return this;
    }

    @Override
    public SockJSSocket fetch(long amount) {
        peer.fetch(amount);
        return this;
    }

    @Override
    public SockJSSocket endHandler(@Nullable Handler<Void> handler) {
        peer.endHandler(handler);
        return this;
    }

    @Override
    public SockJSSocket setWriteQueueMaxSize(int maxSize) {
        peer.setWriteQueueMaxSize(maxSize);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return peer.writeQueueFull();
    }

    @Override
    public SockJSSocket drainHandler(@Nullable Handler<Void> handler) {
        peer.drainHandler(handler);
        return this;
    }

    @Override
    public String writeHandlerID() {
        return peer.writeHandlerID();
    }

    @Override
    public Future<Void> end() {
        finish(NORMAL, "");
        return Future.succeededFuture();
    }

    @Override
    public void close() {
        finish(NORMAL, "");
    }

    @Override
    public void close(int status, String text) {
        finish(status, text);
    }

    @Override
    public SocketAddress remoteAddress() {
        return peer.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return peer.localAddress();
    }

    @Override
    public MultiMap headers() {
        return peer.headers();
    }

    @Override
    public String uri() {
        return peer.uri();
    }

    @Override
    public RoutingContext routingContext() {
        return peer.routingContext();
    }

    @Override
    public @Nullable Session webSession() {
        return peer.webSession();
    }

    @Override
    public @Nullable User webUser() {
        return peer.webUser();
    }
}
