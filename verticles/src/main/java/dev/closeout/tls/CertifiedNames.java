package dev.closeout.tls;

import dev.closeout.config.CertifiedName;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The names that certificates give to clients. */
public final class CertifiedNames {
    /** As RFC 5280 numbers them. */
    private static final int DNS = 2;

    private static final int URI = 6;

    private CertifiedNames() {}

    /**
     * The names that a socket's peer has proved to have; null when it came without TLS.
     *
     * @param socket whose handshake is over, and that asked for a certificate
     */
    public static @Nullable Set<String> of(Channel socket, CertifiedName kind) {
        var tls = socket.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? of(certificate, kind)
                    : Set.of();
        } catch (SSLPeerUnverifiedException e) {
            return Set.of();
        }
    }

    static Set<String> of(X509Certificate certificate, CertifiedName kind) {
        try {
            return switch (kind) {
                case CN -> commonNames(certificate);
                case SAN_DNS -> alternatives(certificate, DNS);
                case SAN_URI -> alternatives(certificate, URI);
            };
        } catch (CertificateParsingException | InvalidNameException e) {
            return Set.of();
        }
    }

    private static Set<String> commonNames(X509Certificate certificate) throws InvalidNameException {
        var names = new HashSet<String>();
        for (var part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                names.add(name);
            }
        }
        return names;
    }

    private static Set<String> alternatives(X509Certificate certificate, int kind) throws CertificateParsingException {
        var names = new HashSet<String>();
        var all = certificate.getSubjectAlternativeNames();
        for (List<?> name : all == null ? List.<List<?>>of() : all) {
            if (name.get(0) instanceof Integer number && number == kind && name.get(1) instanceof String text) {
                names.add(text);
            }
        }
        return names;
    }
}
