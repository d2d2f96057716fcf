package dev.closeout.api;

import dev.closeout.config.ApiSection;
import dev.closeout.http.Bearer;
import dev.closeout.token.AccessToken;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. With a token: whoever presents it. Without one: programs on this machine, but no web page that its browser
 * shows, neither by a form nor by a name that was bent to point here.
 */
final class Access {
    private static final Map<String, String> ASK = Map.of("WWW-Authenticate", "Bearer realm=\"closeout\"");
    /** Methods that change nothing, so that it does no harm to be made to send them. */
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    /** What only proxies add: with one in front, whoever comes from loopback may come from anywhere. */
    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private final @Nullable AccessToken token;
    private final boolean listensOnLoopback;

    /**
     * @param host the address that the server listens on
     */
    Access(ApiSection config, String host) {
        token = config.token() == null ? null : new AccessToken(config.token());
        listensOnLoopback = Loopback.is(host);
    }

    /** @throws ProblemException when the call is not allowed */
    void check(HttpServerRequest request) {
        if (token != null) {
            var presented = Bearer.of(request);
            if (presented == null || !token.admits(presented)) {
                throw new ProblemException(Problem.ofHttp(
                        401,
                        presented == null
                                ? "the header Authorization: Bearer <token> is missing"
                                : "the token is wrong",
                        ASK));
            }
        } else if (!listensOnLoopback) {
            throw refused("this node does not listen on loopback alone; set api.token, and the API answers");
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
                || (origin != null && !origin.equalsIgnoreCase("http://" + authority));
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(Problem.ofHttp(403, detail));
    }
}
