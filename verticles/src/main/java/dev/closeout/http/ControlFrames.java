package dev.closeout.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Counts the frames of one HTTP/2 connection that carry nothing of a request. Each costs work, and most an answer, and their
 * sender next to nothing; Netty bounds only the answers that wait. Too many end the connection. Runs on its event loop.
 *
 * @see <a href="https://www.cve.org/CVERecord?id=CVE-2019-9515">A flood of SETTINGS</a>
 * @see <a href="https://www.cve.org/CVERecord?id=CVE-2019-9512">A flood of pings</a>
 */
final class ControlFrames extends Http2FrameListenerDecorator {
    /** Within which they are counted. */
    private static final long WINDOW_MS = 30_000;
    /** Of a client that asks every second whether its peer is there, they are 30. */
    private static final int MOST = 1_000;

    private long since = now();
    private int counted;

    private ControlFrames(Http2FrameListener listener) {
        super(listener);
    }

    /** From now on those of a connection are counted. */
    static void limit(Http2ConnectionHandler http2) {
        var decoder = http2.decoder();
        decoder.frameListener(new ControlFrames(decoder.frameListener()));
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        count();
        super.onSettingsRead(ctx, settings);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        count();
        super.onSettingsAckRead(ctx);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        count();
        super.onPingRead(ctx, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        count();
        super.onPingAckRead(ctx, data);
    }

    @Override
    public void onPriorityRead(ChannelHandlerContext ctx, int stream, int on, short weight, boolean exclusive)
            throws Http2Exception {
        count();
        super.onPriorityRead(ctx, stream, on, weight, exclusive);
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext ctx, byte type, int stream, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        count();
        super.onUnknownFrame(ctx, type, stream, flags, payload);
    }

    private void count() throws Http2Exception {
        var now = now();
        if (now - since >= WINDOW_MS) {
            since = now;
            counted = 0;
        }
        counted++;
        if (counted > MOST) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d frames in %d s that carry nothing of a request",
                    MOST,
                    WINDOW_MS / 1_000);
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
