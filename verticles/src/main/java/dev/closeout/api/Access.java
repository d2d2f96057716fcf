package dev.closeout.api;

import dev.closeout.config.ApiSection;
import dev.closeout.http.Bearer;
import dev.closeout.token.JwtTokens;
import dev.closeout.token.Pass;
import dev.closeout.token.Scope;
import dev.closeout.token.TokenException;
import dev.closeout.token.TokenFault;
import dev.closeout.token.Tokens;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. With a token: whoever presents it, or a signed one that has the scope. Without one: programs on this machine, but no web page that its browser
 * shows, neither by a form nor by a name that was bent to point here.
 */
final class Access {
    private static final Map<String, String> ASK = Map.of("WWW-Authenticate", "Bearer realm=\"closeout\"");
    /** Methods that change nothing, so that it does no harm to be made to send them. */
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    /** What only proxies add: with one in front, whoever comes from loopback may come from anywhere. */
    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    /** Null: none are taken. */
    private final @Nullable Tokens tokens;
    /** Nobody is a caller by being on this machine. */
    private final boolean asksAll;

    private final boolean listensOnLoopback;

    /**
     * @param host the address that the server listens on
     * @param proxied whether proxies send others on to it
     * @param signed null: no such tokens are taken
     */
    Access(ApiSection config, String host, boolean proxied, @Nullable JwtTokens signed) {
        tokens = config.token() == null && signed == null ? null : Tokens.of(config.token(), signed);
        asksAll = config.token() != null;
        listensOnLoopback = Loopback.is(host) && !proxied;
    }

    /** What the call may do; fails with a {@link ProblemException} when that is nothing. */
    Future<Pass> check(HttpServerRequest request) {
        var presented = Bearer.of(request);
        if (tokens != null && presented != null) {
            return tokens.check(presented).recover(Access::refused);
        }
        try {
            checkWithout(request);
            return Future.succeededFuture(Pass.ANYBODY);
        } catch (ProblemException e) {
            return Future.failedFuture(e);
        }
    }

    /** @throws ProblemException when a call with that token may not do this (RFC 6750, 3.1) */
    static void check(Pass pass, Scope needed) {
        if (!pass.scopes().contains(needed)) {
            throw new ProblemException(Problem.ofHttp(
                    403,
                    "the token does not have the scope " + needed.text(),
                    Map.of(
                            "WWW-Authenticate",
                            "Bearer realm=\"closeout\", error=\"insufficient_scope\", scope=\"%s\""
                                    .formatted(needed.text()))));
        }
    }

    private static Future<Pass> refused(Throwable failure) {
        var known = ((TokenException) failure).fault();
        var problem = known.retryHelps()
                ? Problem.ofHttp(503, known.sentence())
                : Problem.ofHttp(401, known == TokenFault.WORD ? "the token is wrong" : known.sentence(), ASK);
        return Future.failedFuture(new ProblemException(problem));
    }

    private void checkWithout(HttpServerRequest request) {
        if (asksAll) {
            throw new ProblemException(Problem.ofHttp(401, "the header Authorization: Bearer <token> is missing", ASK));
        } else if (!listensOnLoopback) {
            throw refused(
                    "this node does not listen on loopback alone, or proxies send others on to it; set api.token, and the API answers");
        } else {
            checkLocal(request);
        }
    }

    private static void checkLocal(HttpServerRequest request) {
        if (OF_PROXIES.stream().anyMatch(request.headers()::contains)) {
            throw refused("the call came through a proxy; set api.token, and the API answers");
        }
        var authority = request.authority();
        if (authority == null || !Loopback.is(authority.host())) {
            throw refused("without a token, the Host of a call is localhost, 127.0.0.1 or [::1]");
        }
        if (!SAFE.contains(request.method()) && isOfAnotherSite(request, authority.toString())) {
            throw refused("without a token, no page of another site may change anything");
        }
    }

    /** Browsers tell where a call comes from in one of two headers, other programs send neither. */
    private static boolean isOfAnotherSite(HttpServerRequest request, String authority) {
        var site = request.getHeader("Sec-Fetch-Site");
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        return (site != null && !"same-origin".equals(site) && !"none".equals(site))
                || (origin != null && !origin.equalsIgnoreCase(request.scheme() + "://" + authority));
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(Problem.ofHttp(403, detail));
    }
}
