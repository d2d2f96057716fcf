package dev.closeout.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import dev.closeout.config.ConfigurationException;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Issuer;
import dev.closeout.fixture.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of a file instead of an address. */
@SuppressWarnings("NullAway.Init") // Set before each test.
class KeyFileTest {
    private final Vertx vertx = Vertx.vertx();
    private Issuer issuer;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        issuer = new Issuer();
    }

    @AfterEach
    void stop() {
        issuer.close();
        Eventually.done(vertx.close());
    }

    @Test
    void takesPublicKeysOfTwoKindsInOneFile() throws IOException, JOSEException {
        var other = Issuer.newKey("ec");
        var tokens =
                tokens(pem("PUBLIC KEY", issuer.key().toRSAPublicKey()) + pem("PUBLIC KEY", other.toECPublicKey()));

        assertEquals("alice", client(tokens, issuer.token("alice")));
        assertEquals("bob", client(tokens, Issuer.signed(other, "bob", claims -> claims)));
        assertEquals(TokenFault.SIGNATURE, fault(tokens, Issuer.signed(Issuer.newKey("ec"), "bob", claims -> claims)));
    }

    @Test
    void takesAJwksAndKeepsNoPrivateKeyOfIt() throws IOException {
        var tokens = tokens(new JWKSet(List.of(issuer.key())).toString(false));

        assertEquals("alice", client(tokens, issuer.token("alice")));
        assertEquals(
                TokenFault.UNKNOWN_KEY, fault(tokens, Issuer.signed(Issuer.newKey("ec"), "bob", claims -> claims)));
    }

    @Test
    void whatIsNoPublicKeyStopsTheStart() throws IOException, JOSEException {
        for (var bad : List.of(
                "",
                "nonsense",
                "{}",
                "-----BEGIN PUBLIC KEY-----\nbm9uZQ==\n-----END PUBLIC KEY-----\n",
                pem("PRIVATE KEY", issuer.key().toRSAPrivateKey()))) {
            var file = Files.writeString(folder.resolve("keys"), bad).toString();
            assertRefused(file);
        }
        assertRefused(folder.resolve("missing").toString());
    }

    private void assertRefused(String file) {
        var failure = Eventually.failure(made(file).start());
        assertInstanceOf(ConfigurationException.class, failure);
        var sentence = String.valueOf(failure.getMessage());
        assertTrue(sentence.startsWith("auth.jwt.keys is " + file + ", a file "), sentence);
        assertTrue(sentence.endsWith("or a JWKS"), sentence);
    }

    private JwtTokens tokens(String keys) throws IOException {
        var tokens = made(Files.writeString(folder.resolve("keys"), keys).toString());
        Eventually.done(tokens.start());
        return tokens;
    }

    private JwtTokens made(String file) {
        var config = TestConfig.of("keys", issuer.settings("AUTH_JWT_JWKS_URL", "", "AUTH_JWT_KEYS", file));
        return new JwtTokens(vertx, config.auth().jwt(), new SimpleMeterRegistry());
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(key.getEncoded()), kind);
    }

    private static String client(JwtTokens tokens, String shown) {
        return String.valueOf(Eventually.done(tokens.check(shown)).client());
    }

    private static TokenFault fault(JwtTokens tokens, String shown) {
        return ((TokenException) Eventually.failure(tokens.check(shown))).fault();
    }
}
