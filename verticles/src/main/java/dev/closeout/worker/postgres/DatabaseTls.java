package dev.closeout.worker.postgres;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DatabaseUri;
import dev.closeout.config.SslMode;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a node trusts to be its database, and by what it proves who it is: the same for both drivers. */
final class DatabaseTls {
    private static final char[] NO_PASSWORD = {};

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
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (file == null || file.equals(DatabaseUri.SYSTEM)) {
            factory.init((KeyStore) null);
            return factory;
        }
        var store = empty();
        for (var authority : Pem.certificates("sslrootcert", file)) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory identity(String certificate, String key)
            throws GeneralSecurityException, IOException {
        var chain = Pem.certificates("sslcert", certificate);
        var store = empty();
        store.setKeyEntry("node", Pem.key("sslkey", key, chain[0].getPublicKey().getAlgorithm()), NO_PASSWORD, chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
