package dev.closeout.door;

import dev.closeout.fixture.WireClient;
import dev.closeout.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a client comes in. */
enum Door {
    TCP("ERROR %s "),
    WEBSOCKET(""),
    STREAM("\"code\":\"%s\""),
    STREAM_OF_HTTP2("\"code\":\"%s\"");

    private final String farewell;

    /** @param farewell how it tells the code of an end */
    Door(String farewell) {
        this.farewell = farewell;
    }

    /** How a client at it is told of an end that is not its own. */
    String farewell(String code) {
        return farewell.formatted(code);
    }

    /**
     * A client alice comes in and is welcomed.
     *
     * @param token null: none
     */
    Visitor welcomed(Node node, Security security, Vertx vertx, @Nullable String token) {
        if (this == STREAM_OF_HTTP2) {
            var options = security.options()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setSoLinger(0);
            return new StreamVisitor(vertx.createHttpClient(options), node.httpPort(), token);
        }
        var tcp = security == Security.PLAIN ? node.tcpPort() : node.tlsPort();
        Supplier<WireClient> connect = () -> WireClient.to(this == TCP ? tcp : node.httpPort(), security.context());
        return new WireVisitor(this, connect, token);
    }
}
