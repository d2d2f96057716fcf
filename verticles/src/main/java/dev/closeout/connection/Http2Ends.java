package dev.closeout.connection;

import dev.closeout.message.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears in Netty's own books when streams of one HTTP/2 connection end, and why. Runs on its event loop. */
final class Http2Ends extends Http2ConnectionAdapter {
    private final Http2ConnectionHandler connection;
    private final Consumer<CloseReason> blame;
    private final BiConsumer<Integer, @Nullable CloseReason> ended;
    /** The stream whose reset is being read, and what it says. */
    private int resetStream;

    private @Nullable CloseReason resetFor;

    /**
     * @param blame told why the connection is about to end
     * @param ended told of every stream that ends, and why; null: for the connection's reason
     */
    Http2Ends(
            Http2ConnectionHandler connection,
            Consumer<CloseReason> blame,
            BiConsumer<Integer, @Nullable CloseReason> ended) {
        this.connection = connection;
        this.blame = blame;
        this.ended = ended;
        connection.connection().addListener(this);
        var decoder = connection.decoder();
        decoder.frameListener(new Http2FrameListenerDecorator(decoder.frameListener()) {
            @Override
            public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long code) throws Http2Exception {
                resetStream = stream;
                resetFor = reason(code);
                super.onRstStreamRead(ctx, stream, code);
            }
        });
    }

    boolean isOpen(int stream) {
        var known = connection.connection().stream(stream);
        return known != null && known.state() != Http2Stream.State.CLOSED;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        ended.accept(stream.id(), stream.id() == resetStream ? resetFor : null);
    }

    @Override
    public void onGoAwayReceived(int lastStream, long code, ByteBuf debug) {
        if (code != Http2Error.NO_ERROR.code()) {
            blame.accept(CloseReason.RESET);
        }
    }

    /** This side says it with an error when what came was none of HTTP/2's. */
    @Override
    public void onGoAwaySent(int lastStream, long code, ByteBuf debug) {
        if (code != Http2Error.NO_ERROR.code()) {
            blame.accept(CloseReason.PROTOCOL_ERROR);
        }
    }

    /** A browser that lets go of a stream cancels it: that is its goodbye. */
    private static CloseReason reason(long code) {
        return code == Http2Error.CANCEL.code() || code == Http2Error.NO_ERROR.code()
                ? CloseReason.PEER_CLOSED
                : CloseReason.RESET;
    }
}
