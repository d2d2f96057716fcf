package dev.closeout.connection;

import dev.closeout.config.ClientsSection;
import dev.closeout.config.DurationText;
import dev.closeout.message.cluster.Batch;
import dev.closeout.token.Pass;
import dev.closeout.token.TokenException;
import dev.closeout.token.TokenFault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself, whatever the transport.
 *
 * @param client a checked client id
 * @param lingerMillis how long it wants to keep its generation without a connection, or {@link
 *     Batch.Open#LINGER_UNSAID}
 * @param until when the token runs out that it was let in with, milliseconds since 1970, or {@link Pass#NEVER}
 */
public record Hello(String client, long lingerMillis, long until) {
    /**
     * Reads what a client asks for.
     *
     * @param linger a time with its unit; null when it does not ask
     * @throws IllegalArgumentException with a sentence for the client
     */
    public static Hello of(String client, @Nullable String linger, ClientsSection limits) {
        return new Hello(
                client, linger == null ? Batch.Open.LINGER_UNSAID : millis(linger, limits.lingerLimit()), Pass.NEVER);
    }

    /**
     * The same as its token has it: what that says about lingering holds, as far as the operator allows it.
     *
     * @throws TokenException when the token is another client's
     */
    public Hello with(Pass pass, Duration lingerLimit) {
        checkClient(pass, client);
        var linger = pass.lingerMillis() == Pass.UNSAID
                ? lingerMillis
                : Math.min(pass.lingerMillis(), lingerLimit.toMillis());
        return new Hello(client, linger, pass.until());
    }

    /** A token is its client's alone. */
    static void checkClient(Pass pass, String client) {
        if (pass.client() != null && !pass.client().equals(client)) {
            throw new TokenException(TokenFault.CLIENT);
        }
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
