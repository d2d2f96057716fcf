package dev.closeout.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The token of a request's {@code Authorization: Bearer}, in whatever letters the scheme is written (RFC 9110, 11.1). */
public final class Bearer {
    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    /** Null when it presents none that way. */
    public static @Nullable String of(HttpServerRequest request) {
        var header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }

    /** That, or for browsers, which cannot always set a header, {@code ?token=}; null when it presents none. */
    public static @Nullable String orParameter(HttpServerRequest request) {
        var bearer = of(request);
        return bearer == null ? request.getParam("token") : bearer;
    }
}
