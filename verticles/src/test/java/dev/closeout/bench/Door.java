package dev.closeout.bench;

import dev.closeout.fixture.TlsFiles;
import java.util.Map;

/** A way in that is closed unless a node is told of it, and that another build may not have. */
enum Door {
    TLS("TLS at a TCP port"),
    STREAMS("streams of events over HTTP/2");

    private final String label;

    Door(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** What opens it: names without their prefix. */
    Map<String, String> settings() {
        return switch (this) {
            case TLS ->
                Map.of(
                        "TCP_TLS_PORT",
                        "0",
                        "TLS_CERTIFICATE",
                        TlsFiles.OURS.file("node.crt"),
                        "TLS_KEY",
                        TlsFiles.OURS.file("node.key"));
            case STREAMS ->
                Map.of(
                        "HTTP_H2C",
                        "true",
                        "HTTP_STREAMS",
                        String.valueOf(Streams.OF_A_CONNECTION),
                        // A connection that is quiet costs what it keeps.
                        "HTTP_PING_INTERVAL",
                        "10m",
                        "HTTP_COMMENT_INTERVAL",
                        "10m");
        };
    }

    /** Whether a node has not started because it knows nothing of the door. */
    static boolean isUnknown(AssertionError notReady) {
        return String.valueOf(notReady.getMessage()).contains(" sets nothing: ");
    }
}
