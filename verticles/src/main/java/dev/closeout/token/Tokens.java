package dev.closeout.token;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What is made of a token that somebody shows. Safe on any thread. */
public interface Tokens {
    /**
     * Checks what is shown. Completes at once, or on the caller's context.
     *
     * @param shown null: nothing
     * @return what it lets whoever shows it do; fails with a {@link TokenException} and nothing else
     */
    Future<Pass> check(@Nullable String shown);

    /** Whether they run out, so that clients are to send fresh ones. */
    boolean runOut();

    /**
     * A shared word, signed tokens, or either of them.
     *
     * @param word null: none; without signed tokens everybody is let in then
     * @param signed null: there are none
     */
    static Tokens of(@Nullable String word, @Nullable JwtTokens signed) {
        if (signed == null) {
            return new AccessToken(word);
        }
        return word == null ? signed : new WordOrJwt(new AccessToken(word), signed);
    }
}
