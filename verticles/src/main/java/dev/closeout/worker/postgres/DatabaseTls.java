package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DatabaseUri;
import dev.closeout.config.SslMode;
import dev.closeout.tls.KeyStores;
import dev.closeout.tls.Pem;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a node trusts to be its database, and by what it proves who it is: the same for both drivers. */
final class DatabaseTls {
    private final SslMode mode;
    private final TrustManagerFactory trust;
    private final @Nullable KeyManagerFactory identity;

    private DatabaseTls(SslMode mode, TrustManagerFactory trust, @Nullable KeyManagerFactory identity) {
        this.mode = mode;
        this.trust = trust;
        this.identity = identity;
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws ConfigurationException that names the file that cannot be used
     */
    static DatabaseTls read(DatabaseUri uri) {
        return read(uri.sslMode(), uri.rootCertificate(), uri.certificate(), uri.key());
    }

    /** The same, part by part. */
    static DatabaseTls read(
            SslMode mode, @Nullable String rootCertificate, @Nullable String certificate, @Nullable String key) {
        try {
            return new DatabaseTls(
                    mode,
                    mode.verifies() ? trust(rootCertificate) : InsecureTrustManagerFactory.INSTANCE,
                    certificate == null || key == null ? null : identity(certificate, key));
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigurationException("database.uri: its certificates cannot be used: " + e.getMessage());
        }
    }

    /** For the PG client, which takes no mode but {@code disable} without them. */
    ClientSSLOptions options() {
        var options = new ClientSSLOptions()
                // Netty's word for the rules of RFC 2818.
                .setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "")
                .setTrustOptions(TrustOptions.wrap(trust));
        return identity == null ? options : options.setKeyCertOptions(KeyCertOptions.wrap(identity));
    }

    /** For JDBC, which looks at the host's name itself. */
    SSLSocketFactory sockets() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? new KeyManager[0] : identity.getKeyManagers(),
                trust.getTrustManagers(),
                new SecureRandom());
        return context.getSocketFactory();
    }

    private static TrustManagerFactory trust(@Nullable String file) throws GeneralSecurityException, IOException {
        return file == null || file.equals(DatabaseUri.SYSTEM)
                ? KeyStores.trustOfTheSystem()
                : KeyStores.trust(Pem.read("database.uri: sslrootcert", file).certificates());
    }

    private static KeyManagerFactory identity(String certificate, String key)
            throws GeneralSecurityException, IOException {
        var chain = Pem.read("database.uri: sslcert", certificate).certificates();
        var algorithm = chain[0].getPublicKey().getAlgorithm();
        return KeyStores.identity(chain, Pem.read("database.uri: sslkey", key).key(algorithm));
    }
}
