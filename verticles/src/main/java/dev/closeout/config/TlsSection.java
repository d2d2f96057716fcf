package dev.closeout.config;

import org.jspecify.annotations.Nullable;

/**
 * Section {@code tls}: for {@code tcp.tls-port} and {@code http.tls}.
 *
 * @param certificate a PEM file by which this node proves who it is, with {@code key}: its certificate, then those
 *     between it and its authority
 * @param key a PEM file
 * @param ca a PEM file of the authorities that certify clients
 * @param clientAuth whether clients must have a certificate
 * @param identity what in it says which client it is of
 */
public record TlsSection(
        @Nullable String certificate,
        @Nullable String key,
        @Nullable String ca,
        ClientAuth clientAuth,
        CertifiedName identity) {
    public TlsSection {
        Check.that(
                (certificate == null) == (key == null),
                certificate == null ? "tls.certificate" : "tls.key",
                "empty",
                "set: a certificate and its key belong together");
        Check.that(
                clientAuth == ClientAuth.NONE || ca != null,
                "tls.ca",
                "empty",
                "set when tls.client-auth is required: the authorities that certify your clients");
        Check.that(
                clientAuth == ClientAuth.REQUIRED || ca == null,
                "tls.ca",
                String.valueOf(ca),
                "left empty unless tls.client-auth is required: nobody would be asked for a certificate");
    }
}
