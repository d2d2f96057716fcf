package dev.closeout.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code api}: the HTTP API.
 *
 * @param token what a caller must present; none: only programs on this machine may call
 */
public record ApiSection(@Nullable String token) {
    /** What a header can carry. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,1000}");

    public ApiSection {
        Check.that(
                token == null || TOKEN.matcher(token).matches(),
                "api.token",
                "not usable",
                "16 to 1000 visible ASCII characters without spaces");
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Api[token=%s]".formatted(token == null ? "none" : "set");
    }
}
