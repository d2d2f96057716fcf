package dev.closeout.tls;

import dev.closeout.config.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a node held at one time, found usable: a later change of a file changes nothing here. Immutable.
 */
public final class Certified {
    private static final byte[] ANYTHING = {1};

    private final Pem certificate;
    private final Pem key;
    private final @Nullable Pem ca;
    private final Instant expires;

    private Certified(Pem certificate, Pem key, @Nullable Pem ca, Instant expires) {
        this.certificate = certificate;
        this.key = key;
        this.ca = ca;
        this.expires = expires;
    }

    /** @throws ConfigurationException that names the file that cannot be used */
    static Certified of(Pem certificate, Pem key, @Nullable Pem ca) {
        var chain = certificate.certificates();
        var own = chain[0].getPublicKey();
        try {
            if (!belongTogether(own, key.key(own.getAlgorithm()))) {
                throw key.unusable("its key is none for the certificate");
            }
            if (ca != null) {
                KeyStores.trust(ca.certificates());
            }
        } catch (GeneralSecurityException | IOException e) {
            throw certificate.unusable("it cannot be used: " + e.getMessage());
        }
        var expires = Arrays.stream(chain)
                .map(X509Certificate::getNotAfter)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new Certified(certificate, key, ca, expires.toInstant());
    }

    /** For Vert.x, as buffers: it reads no file a second time. */
    public PemKeyCertOptions identity() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate.bytes()))
                .addKeyValue(Buffer.buffer(key.bytes()));
    }

    /** Whom it trusts; null: nobody is asked. */
    public @Nullable PemTrustOptions trust() {
        return ca == null ? null : new PemTrustOptions().addCertValue(Buffer.buffer(ca.bytes()));
    }

    /** When the first certificate of the chain runs out. */
    Instant expires() {
        return expires;
    }

    boolean holdsTheSame(Certified other) {
        return certificate.holdsTheSame(other.certificate)
                && key.holdsTheSame(other.key)
                && (ca == null ? other.ca == null : other.ca != null && ca.holdsTheSame(other.ca));
    }

    /** Vert.x does not ask: it would be found out by whoever connects. */
    private static boolean belongTogether(PublicKey own, PrivateKey key) throws GeneralSecurityException {
        var algorithm =
                switch (own.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default ->
                        throw new GeneralSecurityException(
                                "a key of the kind %s; it must be RSA or EC".formatted(own.getAlgorithm()));
                };
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(ANYTHING);
        var signed = signer.sign();
        signer.initVerify(own);
        signer.update(ANYTHING);
        return signer.verify(signed);
    }
}
