package dev.closeout.token;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a good token says.
 *
 * @param client whose it is, as the token has it; null: whoever shows it may be any client
 * @param until when it runs out, milliseconds since 1970, or {@link #NEVER}
 * @param lingerMillis how long its client may be without a connection; {@link #UNSAID}: it does not say
 * @param scopes what else it allows
 */
public record Pass(@Nullable String client, long until, long lingerMillis, Set<Scope> scopes) {
    /** The end of what does not run out. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Of what a token does not say. */
    public static final long UNSAID = -1;

    /** Of a shared word, and where nobody is asked for anything. */
    public static final Pass ANYBODY = new Pass(null, NEVER, UNSAID, Scope.ALL);

    public Pass {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it has not run out. */
    public boolean holdsAt(long now) {
        return now < until;
    }
}
