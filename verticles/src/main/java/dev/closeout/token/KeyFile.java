package dev.closeout.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.closeout.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Keys of a file, read once: PEM, public keys (SubjectPublicKeyInfo) and certificates, or a JWKS. */
final class KeyFile implements SigningKeys {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----");
    private static final long LONGEST = 1 << 20;

    private final Vertx vertx;
    private final Path file;
    private volatile List<JWK> known = List.of();

    KeyFile(Vertx vertx, String file) {
        this.vertx = vertx;
        this.file = Path.of(file);
    }

    @Override
    public List<JWK> known() {
        return known;
    }

    @Override
    public Future<Void> lookFor(JWSHeader header) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> start() {
        return vertx.executeBlocking(() -> {
            known = read();
            return null;
        });
    }

    @Override
    public Future<Void> stop() {
        return Future.succeededFuture();
    }

    private List<JWK> read() {
        try {
            if (Files.size(file) > LONGEST) {
                throw refused("longer than %d bytes".formatted(LONGEST));
            }
            var text = Files.readString(file);
            var keys = text.stripLeading().startsWith("{")
                    ? JWKSet.parse(text).toPublicJWKSet().getKeys()
                    : pem(text);
            if (keys.isEmpty()) {
                throw refused("a file without a public key");
            }
            return List.copyOf(keys);
        } catch (IOException e) {
            throw refused("a file that cannot be read");
        } catch (ParseException | GeneralSecurityException | IllegalArgumentException e) {
            throw refused("a file with something that is no public key");
        }
    }

    private ConfigurationException refused(String what) {
        return new ConfigurationException(
                "auth.jwt.keys is %s, %s; it must be a PEM file with RSA or EC public keys or certificates, or a JWKS"
                        .formatted(file, what));
    }

    private static List<JWK> pem(String text) throws GeneralSecurityException {
        var keys = new ArrayList<JWK>();
        for (var block : BLOCK.matcher(text).results().toList()) {
            var bytes = Base64.getMimeDecoder().decode(block.group(2));
            keys.add(key(
                    switch (block.group(1)) {
                        case "PUBLIC KEY" -> publicKey(bytes);
                        case "CERTIFICATE" ->
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(bytes))
                                    .getPublicKey();
                        default -> throw new GeneralSecurityException();
                    }));
        }
        return keys;
    }

    private static PublicKey publicKey(byte[] bytes) throws GeneralSecurityException {
        var encoded = new X509EncodedKeySpec(bytes);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(encoded);
        } catch (GeneralSecurityException notRsa) {
            return KeyFactory.getInstance("EC").generatePublic(encoded);
        }
    }

    private static JWK key(PublicKey key) throws GeneralSecurityException {
        if (key instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).build();
        } else if (key instanceof ECPublicKey ec) {
            return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
        }
        throw new GeneralSecurityException();
    }
}
