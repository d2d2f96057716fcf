package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/** Files of certificates and keys as OpenSSL writes them. What cannot be used is named with its parameter and a cure. */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL);

    private Pem() {}

    /** The certificates of a file, in its order; at least one. */
    static Certificate[] certificates(String parameter, String file) {
        try {
            var all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(parameter, file)));
            if (!all.isEmpty()) {
                return all.toArray(Certificate[]::new);
            }
        } catch (GeneralSecurityException e) {
            throw unusable(parameter, file, "it holds no certificate: " + e.getMessage());
        }
        throw unusable(parameter, file, "it holds no certificate");
    }

    /**
     * The private key of a file.
     *
     * @param algorithm that of the certificate
     */
    static PrivateKey key(String parameter, String file, String algorithm) {
        var found = KEY.matcher(new String(bytes(parameter, file), StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw unusable(parameter, file, "it holds no private key in PEM form");
        }
        if (!found.group(1).isEmpty()) {
            throw unusable(
                    parameter,
                    file,
                    "its key is of the form %sPRIVATE KEY; write it anew with openssl pkcs8 -topk8 -nocrypt -in %s -out FILE"
                            .formatted(found.group(1), file));
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(2))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(parameter, file, "its key is none for the certificate in sslcert: " + e.getMessage());
        }
    }

    private static byte[] bytes(String parameter, String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw unusable(parameter, file, "it cannot be read: " + e.getMessage());
        }
    }

    private static ConfigurationException unusable(String parameter, String file, String why) {
        return new ConfigurationException("database.uri: %s=%s: %s".formatted(parameter, file, why));
    }
}
