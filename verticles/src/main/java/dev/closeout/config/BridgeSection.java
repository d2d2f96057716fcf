package dev.closeout.config;

import dev.closeout.message.request.PublicAddresses;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code bridge}: the event bus for those who are not on the JVM, over SockJS and WebSockets.
 *
 * @param enabled whether there is one
 * @param path where on the HTTP port
 * @param token what every message over it must carry
 * @param inbound addresses that its clients may send requests to
 * @param outbound addresses that its clients may listen to
 * @param handlers addresses that one socket may listen to and answers that it may wait for, together
 * @param pingTimeout how long nothing may be heard from a socket before it is ended
 * @param unread bytes that may wait for one socket to read them; a slower reader is ended
 */
public record BridgeSection(
        boolean enabled,
        String path,
        @Nullable String token,
        List<String> inbound,
        List<String> outbound,
        int handlers,
        Duration pingTimeout,
        int unread) {
    private static final int SHORTEST_TOKEN = 16;
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-]+)+");
    /** What else the HTTP port serves. */
    private static final Pattern TAKEN = Pattern.compile("/(api|connect|health|metrics)(/.*)?");
    /** As long as the bridge of Vert.x takes them. */
    private static final int LONGEST_ADDRESS = 200;

    public BridgeSection {
        Check.that(
                PATH.matcher(path).matches() && !TAKEN.matcher(path).matches(),
                "bridge.path",
                '"' + path + '"',
                "a path such as /eventbus, of letters, digits, dashes and underscores, and not under /api, /connect,"
                        + " /health or /metrics");
        Check.that(
                token == null || token.strip().length() >= SHORTEST_TOKEN,
                "bridge.token",
                "too short",
                "at least %d characters".formatted(SHORTEST_TOKEN));
        inbound = checked("bridge.inbound", inbound, PublicAddresses.REQUESTS);
        outbound = checked("bridge.outbound", outbound, PublicAddresses.EVENTS);
        Check.between("bridge.handlers", handlers, 1, 100_000, "handlers");
        Check.between("bridge.ping-timeout", pingTimeout, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("bridge.unread", unread, 1_024, 1 << 30, "bytes");
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Bridge[%s, path=%s, inbound=%s, outbound=%s]"
                .formatted(enabled ? "enabled" : "off", path, inbound, outbound);
    }

    private static List<String> checked(String key, List<String> addresses, List<String> offered) {
        var known = new HashSet<String>();
        for (var i = 0; i < addresses.size(); i++) {
            var address = addresses.get(i);
            var place = "%s[%d]".formatted(key, i);
            Check.that(
                    !address.isBlank() && address.length() <= LONGEST_ADDRESS,
                    place,
                    address.isBlank() ? "empty" : "too long",
                    "an address of 1 to %d characters".formatted(LONGEST_ADDRESS));
            Check.that(
                    offered.contains(address) || !PublicAddresses.isOwn(address),
                    place,
                    '"' + address + '"',
                    "one of %s, or an address of your own verticles: the others of Closeout are for its nodes alone"
                            .formatted(String.join(", ", offered)));
            Check.that(known.add(address), place, address + " once more", "an address that does not stand there yet");
        }
        return List.copyOf(addresses);
    }
}
