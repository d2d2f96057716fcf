package dev.closeout.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code auth.jwt}: JSON Web Tokens (RFC 7519), signed with a public key's private half.
 *
 * @param jwksUrl where the public keys are fetched; null: from {@code keys}
 * @param keys a file of public keys, PEM or a JWKS; null: from {@code jwksUrl}. Without both there are no such tokens
 * @param algorithms those that a token may be signed with
 * @param issuer what the claim {@code iss} must be
 * @param audience what the claim {@code aud} must name
 * @param clientClaim the claim that names the client
 * @param lingerClaim the claim that says how long the client may be without a connection; null: none does
 * @param leeway how much the clocks of the issuer and of this node may differ
 * @param jwksRefresh how old fetched keys become before they are fetched again
 * @param jwksOutage how long fetched keys are kept while they cannot be fetched again
 */
public record JwtSection(
        @Nullable String jwksUrl,
        @Nullable String keys,
        List<String> algorithms,
        @Nullable String issuer,
        @Nullable String audience,
        String clientClaim,
        @Nullable String lingerClaim,
        Duration leeway,
        Duration jwksRefresh,
        Duration jwksOutage) {
    /** With a shared secret whoever checks a token could make one, and a public key would be taken for such a secret. */
    private static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    public JwtSection {
        algorithms = List.copyOf(algorithms);
        Check.that(
                jwksUrl == null || keys == null,
                "auth.jwt.keys",
                "set beside auth.jwt.jwks-url",
                "left empty, or the only one of the two");
        Check.that(
                jwksUrl == null || isAddress(jwksUrl),
                "auth.jwt.jwks-url",
                "not usable",
                "an https address without a user in it, or an http one of this machine's loopback: who can change the"
                        + " keys on their way can be any client");
        Check.that(keys == null || !keys.isBlank(), "auth.jwt.keys", "empty", "a PEM or JWKS file, or left out");
        for (var i = 0; i < algorithms.size(); i++) {
            Check.that(
                    ALGORITHMS.contains(algorithms.get(i)),
                    "auth.jwt.algorithms[%d]".formatted(i),
                    '"' + algorithms.get(i) + '"',
                    "one of " + String.join(", ", ALGORITHMS));
        }
        Check.that(
                new HashSet<>(algorithms).size() == algorithms.size(),
                "auth.jwt.algorithms",
                algorithms,
                "a list that names each once");
        if (jwksUrl != null || keys != null) {
            Check.that(!algorithms.isEmpty(), "auth.jwt.algorithms", "empty", "a list such as [RS256]");
            Check.that(isSaid(issuer), "auth.jwt.issuer", "empty", "what the claim iss of each token is");
            Check.that(isSaid(audience), "auth.jwt.audience", "empty", "what the claim aud of each token names");
        }
        Check.that(!clientClaim.isBlank(), "auth.jwt.client-claim", "empty", "the name of a claim, such as sub");
        Check.between("auth.jwt.leeway", leeway, Duration.ZERO, Duration.ofMinutes(5));
        Check.between("auth.jwt.jwks-refresh", jwksRefresh, Duration.ofSeconds(1), Duration.ofHours(24));
        Check.between("auth.jwt.jwks-outage", jwksOutage, Duration.ZERO, Duration.ofDays(30));
    }

    /** Whether tokens are taken. */
    public boolean enabled() {
        return jwksUrl != null || keys != null;
    }

    private static boolean isSaid(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    private static boolean isAddress(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || ("http".equalsIgnoreCase(uri.getScheme())
                                    && LOOPBACK.matcher(uri.getHost()).matches()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
