package dev.closeout.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Good tokens and bad ones, and an identity provider in trouble. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings({"NullAway.Init", "JavaUtilDate"}) // tokens: set before all tests. Dates: what the library takes.
class JwtTokensTest {
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Issuer issuer = new Issuer();
    private final List<AutoCloseable> others = new ArrayList<>();
    private JwtTokens tokens;

    @BeforeAll
    void start() {
        tokens = tokensOf(issuer, "AUTH_JWT_LEEWAY", "10s", "AUTH_JWT_LINGER_CLAIM", "linger");
        Eventually.is("the keys are fetched", () -> faultOf(tokens, issuer.token("alice")) == null);
    }

    @AfterEach
    void stopOthers() throws Exception {
        for (var other : others) {
            other.close();
        }
        others.clear();
    }

    @AfterAll
    void stop() {
        Eventually.done(tokens.stop());
        Eventually.done(vertx.close());
        issuer.close();
    }

    @Test
    void aGoodOneSaysWhoseItIsAndUntilWhen() {
        var end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 60);
        var shown = issuer.token("alice", claims -> claims.expirationTime(Date.from(end))
                .claim("linger", 30)
                .claim("scope", "openid closeout:read closeout:kick"));

        assertEquals(
                new Pass("alice", end.plusSeconds(10).toEpochMilli(), 30_000, Set.of(Scope.READ, Scope.KICK)),
                Eventually.done(tokens.check(shown)));
    }

    @Test
    void lingersAsItIsWrittenAndScopesMayBeAList() {
        var shown =
                issuer.token("alice", claims -> claims.claim("linger", "5m").claim("scope", List.of("closeout:send")));
        var pass = Eventually.done(tokens.check(shown));

        assertEquals(300_000, pass.lingerMillis());
        assertEquals(Set.of(Scope.SEND), pass.scopes());
        assertEquals(
                TokenFault.CLAIMS, faultOf(tokens, issuer.token("alice", claims -> claims.claim("linger", "long"))));
    }

    @Test
    void whatASignedTokenSaysIsChecked() {
        var now = Instant.now();
        assertEquals(
                TokenFault.EXPIRED,
                faultOf(
                        tokens,
                        issuer.token("alice", claims -> claims.expirationTime(Date.from(now.minusSeconds(11))))));
        // Within the leeway.
        assertEquals(
                null,
                faultOf(
                        tokens,
                        issuer.token("alice", claims -> claims.expirationTime(Date.from(now.minusSeconds(5))))));
        assertEquals(
                TokenFault.NOT_YET_VALID,
                faultOf(tokens, issuer.token("alice", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60))))));
        assertEquals(
                TokenFault.ISSUER, faultOf(tokens, issuer.token("alice", claims -> claims.issuer(Issuer.NAME + "/"))));
        assertEquals(TokenFault.AUDIENCE, faultOf(tokens, issuer.token("alice", claims -> claims.audience("other"))));
        assertEquals(
                null,
                faultOf(tokens, issuer.token("alice", claims -> claims.audience(List.of("other", Issuer.AUDIENCE)))));
        assertEquals(TokenFault.CLAIMS, faultOf(tokens, issuer.token("alice", claims -> claims.expirationTime(null))));
        assertEquals(TokenFault.CLAIMS, faultOf(tokens, issuer.token("alice", claims -> claims.subject(null))));
    }

    @Test
    void onlyTheRightSignatureCounts() throws JOSEException {
        var claims = new JWTClaimsSet.Builder().subject("alice").build();
        assertEquals(TokenFault.ALGORITHM, faultOf(tokens, new PlainJWT(claims).serialize()));

        // Who takes the public key for a secret takes this.
        var confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(), claims);
        confused.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
        assertEquals(TokenFault.ALGORITHM, faultOf(tokens, confused.serialize()));

        // Of the right key, and not among the algorithms.
        var other = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("rsa").build(), claims);
        other.sign(new RSASSASigner(issuer.key()));
        assertEquals(TokenFault.ALGORITHM, faultOf(tokens, other.serialize()));

        var logout = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa")
                        .type(new JOSEObjectType("logout+jwt"))
                        .build(),
                claims);
        logout.sign(new RSASSASigner(issuer.key()));
        assertEquals(TokenFault.ALGORITHM, faultOf(tokens, logout.serialize()));

        var parts = issuer.token("alice").split("\\.", -1);
        var ofBob = issuer.token("bob").split("\\.", -1);
        assertEquals(TokenFault.SIGNATURE, faultOf(tokens, parts[0] + "." + ofBob[1] + "." + parts[2]));
        assertEquals(TokenFault.SIGNATURE, faultOf(tokens, parts[0] + "." + parts[1] + "." + ofBob[2]));
    }

    @Test
    void whatIsNoTokenIsRefusedByItsLengthOrItsForm() {
        assertEquals(TokenFault.MISSING, faultOf(tokens, null));
        assertEquals(TokenFault.MISSING, faultOf(tokens, ""));
        assertEquals(TokenFault.TOO_LONG, faultOf(tokens, "x".repeat(100_000)));
        var parts = issuer.token("alice").split("\\.", -1);
        for (var bad :
                List.of("secret", "..", "a.b.c", "{}", parts[0], parts[0] + ".." + parts[2], parts[0] + ".e30.")) {
            var fault = faultOf(tokens, bad);
            assertTrue(fault == TokenFault.MALFORMED || fault == TokenFault.SIGNATURE, () -> bad + ": " + fault);
        }
        assertEquals(TokenFault.MALFORMED, faultOf(tokens, "[".repeat(16_000)));
        assertTrue(refused("too-long") >= 1 && refused("missing") >= 2 && refused("malformed") >= 1);
    }

    @Test
    void aFloodOfUnknownKeysFetchesNoMoreThanItMay() {
        try (var flooded = new Issuer()) {
            var checked = tokensOf(flooded, "AUTH_JWT_JWKS_REFRESH", "5m");
            Eventually.is("the keys are fetched", () -> faultOf(checked, flooded.token("alice")) == null);
            var before = flooded.requests();
            var flood = new ArrayList<Future<Pass>>();
            var parts = flooded.token("mallory").split("\\.", -1);
            for (var i = 0; i < 3_000; i++) {
                flood.add(checked.check(header("unknown-" + i) + "." + parts[1] + "." + parts[2]));
            }
            // Those who are known do not wait behind them.
            assertEquals(null, faultOf(checked, flooded.token("alice")));
            for (var one : flood) {
                var fault = ((TokenException) Eventually.failure(one)).fault();
                assertTrue(fault.retryHelps() || fault == TokenFault.UNKNOWN_KEY, fault::toString);
            }
            // Two in each pause of 30 s.
            assertTrue(flooded.requests() - before <= 4, () -> "fetched " + (flooded.requests() - before));
        }
    }

    @Test
    void keysThatRotateAreFollowed() {
        try (var rotating = new Issuer()) {
            var checked = tokensOf(rotating, "AUTH_JWT_JWKS_REFRESH", "1s");
            Eventually.is("the keys are fetched", () -> faultOf(checked, rotating.token("alice")) == null);
            var next = Issuer.newKey("next");
            rotating.publish(next);
            Eventually.is("the new one is found", () -> faultOf(checked, Issuer.signed(next, "alice", c -> c)) == null);
            Eventually.is(
                    "the old one is gone", () -> faultOf(checked, rotating.token("alice")) == TokenFault.UNKNOWN_KEY);
        }
    }

    @Test
    void nobodyIsLetInWhileNoKeyWasLoaded() {
        try (var late = new Issuer()) {
            late.goDown();
            var checked = tokensOf(late, "AUTH_JWT_JWKS_REFRESH", "1s");
            assertEquals(TokenFault.KEYS_AWAY, faultOf(checked, late.token("alice")));
            assertEquals(TokenFault.KEYS_AWAY, faultOf(checked, Issuer.signed(Issuer.newKey("x"), "alice", c -> c)));
            late.comeUp();
            Eventually.is("the keys are fetched", () -> faultOf(checked, late.token("alice")) == null);
        }
    }

    @Test
    void keysOutliveAnOutageForSoLongAndNoLonger() {
        try (var failing = new Issuer()) {
            var checked = tokensOf(failing, "AUTH_JWT_JWKS_REFRESH", "1s", "AUTH_JWT_JWKS_OUTAGE", "2s");
            Eventually.is("the keys are fetched", () -> faultOf(checked, failing.token("alice")) == null);
            var before = count("closeout.jwks.fetches", "outcome", "failed");
            failing.goDown();
            Eventually.is("fetches fail", () -> count("closeout.jwks.fetches", "outcome", "failed") >= before + 2);
            assertEquals(null, faultOf(checked, failing.token("alice")));
            // Whether it is one that was added meanwhile cannot be known.
            assertEquals(TokenFault.KEYS_AWAY, faultOf(checked, Issuer.signed(Issuer.newKey("x"), "alice", c -> c)));
            Eventually.is("they count no more", () -> faultOf(checked, failing.token("alice")) == TokenFault.KEYS_AWAY);
            failing.comeUp();
            Eventually.is("they are fetched again", () -> faultOf(checked, failing.token("alice")) == null);
        }
    }

    @Test
    void anAnswerThatIsTooLongOrNeverEndsIsNone() {
        try (var huge = new Issuer();
                var endless = new Issuer()) {
            huge.answer("{\"keys\":[" + " ".repeat(10_000_000) + "]}");
            endless.answerWithoutEnd();
            var ofHuge = tokensOf(huge, "AUTH_JWT_JWKS_REFRESH", "1s");
            var ofEndless = tokensOf(endless, "AUTH_JWT_JWKS_REFRESH", "1s");
            var waiting = ofEndless.check(endless.token("alice"));

            assertEquals(TokenFault.KEYS_AWAY, faultOf(ofHuge, huge.token("alice")));
            huge.publish(huge.key());
            Eventually.is("the keys are fetched", () -> faultOf(ofHuge, huge.token("alice")) == null);
            assertEquals(TokenFault.KEYS_AWAY, ((TokenException) Eventually.failure(waiting)).fault());
        }
    }

    private JwtTokens tokensOf(Issuer ofKeys, String... keysAndValues) {
        var config =
                TestConfig.of("tokens", ofKeys.settings(keysAndValues)).auth().jwt();
        var made = new JwtTokens(vertx, config, registry);
        Eventually.done(made.start());
        if (!ofKeys.equals(issuer)) {
            others.add(() -> Eventually.done(made.stop()));
        }
        return made;
    }

    private static @Nullable TokenFault faultOf(JwtTokens tokens, @Nullable String shown) {
        return Eventually.done(tokens.check(shown)
                .<@Nullable TokenFault>map(pass -> null)
                .otherwise(failure -> ((TokenException) failure).fault()));
    }

    private static String header(String key) {
        return Base64URL.encode("{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(key))
                .toString();
    }

    private double refused(String reason) {
        return count("closeout.tokens.refused", "reason", reason);
    }

    private double count(String name, String tag, String value) {
        return registry.counter(name, tag, value).count();
    }
}
