package dev.closeout.connection;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The secret that clients present, when the operator has set one. */
public final class AccessToken {
    private final byte @Nullable [] wanted;

    public AccessToken(@Nullable String wanted) {
        this.wanted = wanted == null ? null : wanted.getBytes(StandardCharsets.UTF_8);
    }

    /** Compares in constant time, so that the answer's delay tells nothing about the secret. */
    public boolean admits(@Nullable String presented) {
        return wanted == null
                || (presented != null && MessageDigest.isEqual(wanted, presented.getBytes(StandardCharsets.UTF_8)));
    }
}
