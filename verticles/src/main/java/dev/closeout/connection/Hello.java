package dev.closeout.connection;

import dev.closeout.config.ClientsSection;
import dev.closeout.config.DurationText;
import dev.closeout.message.cluster.Batch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself, whatever the transport.
 *
 * @param client a checked client id
 * @param lingerMillis how long it wants to keep its generation without a connection, or {@link
 *     Batch.Open#LINGER_UNSAID}
 */
public record Hello(String client, long lingerMillis) {
    /**
     * Reads what a client asks for.
     *
     * @param linger a time with its unit; null when it does not ask
     * @throws IllegalArgumentException with a sentence for the client
     */
    public static Hello of(String client, @Nullable String linger, ClientsSection limits) {
        return new Hello(client, linger == null ? Batch.Open.LINGER_UNSAID : millis(linger, limits.lingerLimit()));
    }

    private static long millis(String linger, Duration limit) {
        Duration asked;
        try {
            asked = DurationText.read(linger);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("linger must be a time with its unit, such as linger=30s", e);
        }
        if (asked.compareTo(limit) > 0) {
            throw new IllegalArgumentException("linger may be %s at most".formatted(DurationText.write(limit)));
        }
        return asked.toMillis();
    }
}
