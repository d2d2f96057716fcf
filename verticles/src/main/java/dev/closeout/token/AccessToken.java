package dev.closeout.token;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The one word that all present, when the operator has set one. Whoever has it may be anybody and do everything. */
public final class AccessToken implements Tokens {
    private final byte @Nullable [] wanted;

    public AccessToken(@Nullable String wanted) {
        this.wanted = wanted == null ? null : wanted.getBytes(StandardCharsets.UTF_8);
    }

    /** Compares in constant time, so that the answer's delay tells nothing about the secret. */
    public boolean admits(@Nullable String presented) {
        return wanted == null
                || (presented != null && MessageDigest.isEqual(wanted, presented.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Future<Pass> check(@Nullable String shown) {
        return admits(shown)
                ? Future.succeededFuture(Pass.ANYBODY)
                : Future.failedFuture(new TokenException(TokenFault.WORD));
    }

    @Override
    public boolean runOut() {
        return false;
    }
}
