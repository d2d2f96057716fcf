package dev.closeout.tls;

import dev.closeout.config.ClusterSection;
import dev.closeout.config.TlsSection;
import org.jspecify.annotations.Nullable;

/**
 * The files by which a node proves who it is, and those of whom it trusts.
 *
 * @param prefix of the keys that name them
 * @param ca null: nobody is asked who he is
 */
public record CertificateFiles(String prefix, String certificate, String key, @Nullable String ca) {
    /** Of the ports for clients; null: none are set. */
    public static @Nullable CertificateFiles of(TlsSection config) {
        return config.certificate() == null || config.key() == null
                ? null
                : new CertificateFiles("tls.", config.certificate(), config.key(), config.ca());
    }

    /** Of the event bus; null: none are set. */
    public static @Nullable CertificateFiles of(ClusterSection config) {
        return config.busCertificate() == null || config.busKey() == null
                ? null
                : new CertificateFiles("cluster.bus-", config.busCertificate(), config.busKey(), config.busCa());
    }

    /**
     * Reads them. Blocks.
     *
     * @throws dev.closeout.config.ConfigurationException that names the file that cannot be used
     */
    public Certified read() {
        return Certified.of(
                Pem.read(prefix + "certificate", certificate),
                Pem.read(prefix + "key", key),
                ca == null ? null : Pem.read(prefix + "ca", ca));
    }
}
