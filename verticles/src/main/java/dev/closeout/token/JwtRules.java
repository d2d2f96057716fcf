package dev.closeout.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import dev.closeout.config.DurationText;
import dev.closeout.config.JwtSection;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What makes a token good. Plain computing, a tenth of a millisecond or a few of them: it has no place on an event loop. */
final class JwtRules {
    /** A token that names no key is tried with so many: each costs a signature's check. */
    private static final int TRIED = 8;

    /** Of an access token (RFC 9068), or of none in particular; tokens made for something else say so here. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final DefaultJWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();

    private final JwtSection config;
    private final Set<JWSAlgorithm> algorithms;

    JwtRules(JwtSection config) {
        this.config = config;
        this.algorithms = config.algorithms().stream().map(JWSAlgorithm::new).collect(Collectors.toSet());
    }

    /** Reads a token as far as its header goes: that it is signed in a way that is taken. */
    SignedJWT read(String token) {
        try {
            if (!(JWTParser.parse(token) instanceof SignedJWT signed)) {
                throw new TokenException(TokenFault.ALGORITHM);
            }
            var header = signed.getHeader();
            if (!algorithms.contains(header.getAlgorithm()) || !isOfAType(header.getType())) {
                throw new TokenException(TokenFault.ALGORITHM);
            }
            return signed;
        } catch (ParseException e) {
            throw new TokenException(TokenFault.MALFORMED);
        }
    }

    /**
     * Checks the signature first, and then what was signed.
     *
     * @param now milliseconds since 1970
     * @throws TokenException also with {@code UNKNOWN_KEY}, when none of the keys is the one
     */
    Pass check(SignedJWT token, List<JWK> keys, long now) {
        checkSignature(token, candidates(token.getHeader(), keys));
        try {
            return pass(token.getJWTClaimsSet(), now);
        } catch (ParseException e) {
            throw new TokenException(TokenFault.CLAIMS);
        }
    }

    private static boolean isOfAType(@Nullable JOSEObjectType type) {
        return type == null || TYPES.contains(type.getType().toLowerCase(Locale.ROOT));
    }

    private static List<JWK> candidates(JWSHeader header, List<JWK> keys) {
        return keys.stream()
                .filter(key -> isCandidate(header, key))
                .limit(TRIED)
                .toList();
    }

    private static boolean isCandidate(JWSHeader header, JWK key) {
        var algorithm = header.getAlgorithm();
        return key.getKeyType().equals(KeyType.forAlgorithm(algorithm))
                && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                // A key of a PEM file has no name.
                && (header.getKeyID() == null
                        || key.getKeyID() == null
                        || key.getKeyID().equals(header.getKeyID()));
    }

    private static void checkSignature(SignedJWT token, List<JWK> candidates) {
        if (candidates.isEmpty()) {
            throw new TokenException(TokenFault.UNKNOWN_KEY);
        }
        for (var key : candidates) {
            try {
                var publicKey = ((AsymmetricJWK) key).toPublicKey();
                if (token.verify(VERIFIERS.createJWSVerifier(token.getHeader(), publicKey))) {
                    return;
                }
            } catch (JOSEException e) {
                // Not a key of this algorithm's, a curve of another one, say.
            }
        }
        throw new TokenException(TokenFault.SIGNATURE);
    }

    private Pass pass(@Nullable JWTClaimsSet claims, long now) throws ParseException {
        if (claims == null) {
            throw new TokenException(TokenFault.CLAIMS);
        }
        demand(String.valueOf(config.issuer()).equals(claims.getIssuer()), TokenFault.ISSUER);
        demand(claims.getAudience().contains(String.valueOf(config.audience())), TokenFault.AUDIENCE);
        var leeway = config.leeway().toMillis();
        var begins = claims.getNotBeforeTime();
        demand(begins == null || begins.toInstant().toEpochMilli() - leeway <= now, TokenFault.NOT_YET_VALID);
        var ends = claims.getExpirationTime();
        demand(ends != null, TokenFault.CLAIMS);
        var until = ends.toInstant().toEpochMilli() + leeway;
        demand(now < until, TokenFault.EXPIRED);
        var client = claims.getStringClaim(config.clientClaim());
        demand(client != null, TokenFault.CLAIMS);
        return new Pass(client, until, linger(claims), Scope.among(words(claims.getClaim("scope"))));
    }

    private static void demand(boolean good, TokenFault otherwise) {
        if (!good) {
            throw new TokenException(otherwise);
        }
    }

    private long linger(JWTClaimsSet claims) {
        var said = config.lingerClaim() == null ? null : claims.getClaim(config.lingerClaim());
        if (said == null) {
            return Pass.UNSAID;
        }
        if (said instanceof Number seconds && seconds.doubleValue() >= 0) {
            return Duration.ofSeconds(Math.min(seconds.longValue(), Integer.MAX_VALUE))
                    .toMillis();
        }
        try {
            return DurationText.read(said instanceof String text ? text : "").toMillis();
        } catch (IllegalArgumentException e) {
            throw new TokenException(TokenFault.CLAIMS);
        }
    }

    /** One text with spaces, as the RFC has it, or a list of texts, as some providers do. */
    private static Set<String> words(@Nullable Object scope) {
        var words = new HashSet<String>();
        if (scope instanceof String text) {
            words.addAll(List.of(text.split(" ")));
        } else if (scope instanceof List<?> list) {
            list.forEach(word -> words.add(String.valueOf(word)));
        }
        return words;
    }
}
