package dev.closeout.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates and keys in the forms that the JDK's TLS takes. */
public final class KeyStores {
    private static final char[] NO_PASSWORD = {};

    private KeyStores() {}

    /** Proves who this process is. */
    public static KeyManagerFactory identity(X509Certificate[] chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        var store = empty();
        store.setKeyEntry("node", key, NO_PASSWORD, chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    /** Trusts whom one of these authorities has certified, and nobody else. */
    public static TrustManagerFactory trust(X509Certificate[] authorities)
            throws GeneralSecurityException, IOException {
        var store = empty();
        for (var authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        return trust(store);
    }

    /** Trusts whom an authority that the JVM trusts has certified. */
    public static TrustManagerFactory trustOfTheSystem() throws GeneralSecurityException {
        return trust((KeyStore) null);
    }

    private static TrustManagerFactory trust(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
