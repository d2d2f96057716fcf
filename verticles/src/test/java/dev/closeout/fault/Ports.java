package dev.closeout.fault;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node listens, as it says itself.
 *
 * @param tcp 0 until it is ready, and without sockets
 * @param tls the same, of TCP over TLS
 * @param http 0 until it is ready
 * @param overTls whether that one speaks TLS
 */
record Ports(int tcp, int tls, int http, boolean overTls) {
    static final Ports NONE = new Ports(0, 0, 0, false);

    private static final Pattern READY =
            Pattern.compile("is ready: (?:tcp://[^:]+:(\\d+), )?(?:tls://[^:]+:(\\d+), )?(https?)://[^:]+:(\\d+)");

    /** Reads a line of its log; null when it is another one. */
    static @Nullable Ports read(String line) {
        var ready = READY.matcher(line);
        return ready.find()
                ? new Ports(
                        number(ready.group(1)),
                        number(ready.group(2)),
                        number(ready.group(4)),
                        ready.group(3).equals("https"))
                : null;
    }

    private static int number(@Nullable String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }
}
