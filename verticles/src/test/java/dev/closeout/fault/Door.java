package dev.closeout.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How connections come into a node. Its HTTP port speaks TLS, or it does not. */
enum Door {
    TCP,
    TCP_OVER_TLS,
    WEBSOCKET,
    WEBSOCKET_OVER_TLS,
    /** Server-sent events over TLS, as streams of shared connections of HTTP/2. */
    EVENTS;

    /** Of so many connections ... */
    private static final int OF = 16;
    /** ... these take the HTTP port, the first few of them through the first door that it has ... */
    private static final int HTTP = 6;

    private static final int HTTP_FIRST = 2;
    /** ... and one comes by TCP over TLS. A handshake costs more than anything else that these clients do. */
    private static final int TCP_TLS = 1;

    /** Those of its HTTP port. */
    private static List<Door> ofHttp(boolean tls) {
        return tls ? List.of(WEBSOCKET_OVER_TLS, EVENTS) : List.of(WEBSOCKET, WEBSOCKET);
    }

    /** All that a node has. */
    static List<Door> of(NodeUnderFire node) {
        return Arrays.stream(values())
                .filter(door -> door == TCP
                        || door == TCP_OVER_TLS
                        || ofHttp(node.ports().overTls()).contains(door))
                .toList();
    }

    /** One of them, in fixed shares. */
    static Door draw(NodeUnderFire node, Random random) {
        var drawn = random.nextInt(OF);
        var http = ofHttp(node.ports().overTls());
        if (drawn < HTTP) {
            return http.get(drawn < HTTP_FIRST ? 0 : 1);
        }
        return drawn < HTTP + TCP_TLS ? TCP_OVER_TLS : TCP;
    }

    /** The same of those that begin without a handshake: thousands at once are no test of TLS. */
    static Door drawForCrowd(NodeUnderFire node, Random random) {
        return random.nextInt(OF) >= HTTP ? TCP : ofHttp(node.ports().overTls()).get(1);
    }

    /** What is said over its sockets. */
    Protocol protocol() {
        return switch (this) {
            case TCP, TCP_OVER_TLS -> new TcpProtocol();
            case WEBSOCKET, WEBSOCKET_OVER_TLS -> new WebSocketProtocol();
            case EVENTS -> throw new IllegalStateException("streams have no sockets of their own");
        };
    }

    boolean isOverTls() {
        return this != TCP && this != WEBSOCKET;
    }

    /** Its port at a node; 0 until that is ready. */
    int port(NodeUnderFire node) {
        return switch (this) {
            case TCP -> node.ports().tcp();
            case TCP_OVER_TLS -> node.ports().tls();
            case WEBSOCKET, WEBSOCKET_OVER_TLS, EVENTS -> node.ports().http();
        };
    }
}
