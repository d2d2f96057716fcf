package dev.closeout.tls;

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
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/** A file of certificates or a key as OpenSSL writes them. What cannot be used is named with its key and a cure. */
public final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL);

    private final String place;
    private final String file;
    private final byte[] bytes;

    private Pem(String place, String file, byte[] bytes) {
        this.place = place;
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Reads a file. Blocks.
     *
     * @param place the key that names the file, such as {@code tls.certificate}
     * @throws ConfigurationException when it cannot be read
     */
    public static Pem read(String place, String file) {
        try {
            return new Pem(place, file, Files.readAllBytes(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            throw unusable(place, file, "it cannot be read: " + e.getMessage());
        }
    }

    /** The certificates, in the file's order; at least one. */
    public X509Certificate[] certificates() {
        try {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (!all.isEmpty()) {
                return all.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
            }
        } catch (GeneralSecurityException e) {
            throw unusable("it holds no certificate: " + e.getMessage());
        }
        throw unusable("it holds no certificate");
    }

    /**
     * The private key.
     *
     * @param algorithm that of the certificate
     */
    public PrivateKey key(String algorithm) {
        var found = KEY.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw unusable("it holds no private key in PEM form");
        }
        if (!found.group(1).isEmpty()) {
            throw unusable(
                    "its key is of the form %sPRIVATE KEY; write it anew with openssl pkcs8 -topk8 -nocrypt -in %s -out FILE"
                            .formatted(found.group(1), file));
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(2))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("its key is none for the certificate: " + e.getMessage());
        }
    }

    /** What to say of it when it cannot be used. */
    ConfigurationException unusable(String why) {
        return unusable(place, file, why);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    boolean holdsTheSame(Pem other) {
        return Arrays.equals(bytes, other.bytes);
    }

    private static ConfigurationException unusable(String place, String file, String why) {
        return new ConfigurationException("%s=%s: %s".formatted(place, file, why));
    }
}
