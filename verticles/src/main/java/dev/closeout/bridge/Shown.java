package dev.closeout.bridge;

import dev.closeout.token.Pass;
import dev.closeout.token.Tokens;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What one socket has shown. Each frame shows a token, mostly the same one: a signed one is not read again until it runs out.
 * Runs on the socket's event loop.
 */
final class Shown {
    private final Tokens tokens;
    private @Nullable String token;
    private Pass pass = Pass.ANYBODY;

    Shown(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Whether the last one that was good still is. */
    boolean holds() {
        return pass.holdsAt(System.currentTimeMillis());
    }

    /** Checks what a frame shows. Completes at once when that is known. */
    Future<Pass> check(@Nullable String shown) {
        if (shown != null && shown.equals(token) && holds()) {
            return Future.succeededFuture(pass);
        }
        return tokens.check(shown).onSuccess(good -> {
            pass = good;
            // A word is compared each time, in constant time.
            token = good.until() == Pass.NEVER ? null : shown;
        });
    }
}
