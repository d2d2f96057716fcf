package dev.closeout.http;

import dev.closeout.connection.Handles;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.util.HashSet;
import java.util.Set;

/**
 * Who is connected to one HTTP verticle, as those hear of it who give back what a connection holds: beside what is open (I9).
 * Used on the verticle's event loop.
 */
final class Peers {
    private final Handles.Book http1;
    private final Handles.Book http2;
    private final Handles.Book streams;
    private final Set<Http2ConnectionHandler> ofHttp2 = new HashSet<>();
    private int ofHttp1;

    Peers(Handles handles) {
        http1 = handles.book(Handles.Kind.HTTP_1);
        http2 = handles.book(Handles.Kind.HTTP_2);
        streams = handles.book(Handles.Kind.STREAM);
    }

    /**
     * One of HTTP/1 is there.
     *
     * @return to be called when it has gone
     */
    Runnable came(Channel channel) {
        http1.opened(channel);
        ofHttp1++;
        return () -> ofHttp1--;
    }

    /** The same of HTTP/2. */
    Runnable came(Channel channel, Http2ConnectionHandler connection) {
        http2.opened(channel);
        ofHttp2.add(connection);
        return () -> ofHttp2.remove(connection);
    }

    /** For streams, whose ends are told. */
    Handles.Book streams() {
        return streams;
    }

    void compare(long now) {
        http1.compare(now, () -> ofHttp1);
        http2.compare(now, ofHttp2::size);
        streams.compare(now, this::activeStreams);
    }

    private int activeStreams() {
        return ofHttp2.stream()
                .mapToInt(each -> each.connection().numActiveStreams())
                .sum();
    }
}
