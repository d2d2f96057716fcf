package dev.closeout.fault;

import dev.closeout.fixture.Certificates;
import dev.closeout.fixture.Issuer;
import dev.closeout.tls.KeyStores;
import dev.closeout.tls.Pem;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** How nodes prove who they are, and clients: certificates of an authority, files of which are swapped, and an issuer of tokens. */
final class Identities implements AutoCloseable {
    /** What lets in whoever has no token of the issuer's. */
    static final String WORD = "open-sesame";

    private static final String PASSWORD = "identities";
    private static final List<String> NAMES = List.of("node", "renewed");
    private static final int READ_TIMEOUT_MS = 10_000;

    private final Path folder;
    private final Certificates certificates;
    private final Issuer issuer;
    private int renewals;

    /** Makes them in a new folder, for all addresses of the network. */
    Identities(Path folder, Network network) throws IOException, GeneralSecurityException {
        this.folder = Files.createDirectories(folder);
        var addresses = Stream.concat(
                        IntStream.range(0, Shape.MOST).mapToObj(network::nodeHost),
                        Stream.of(network.clientHost().getHostAddress()))
                .distinct()
                .map(address -> "ip:" + address)
                .collect(Collectors.joining(",", "san=", ""));
        certificates = Certificates.of(Files.createDirectory(folder.resolve("suite")));
        for (var name : NAMES) {
            certificates.sign(name, "node", addresses);
        }
        install();
        trustOfNodes();
        // No cut touches it: it goes away when a fault says so.
        issuer = new Issuer(
                Objects.requireNonNull(network.clientHost().getHostAddress()),
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificates.file("node.crt"))
                                .setKeyPath(certificates.file("node.key"))));
    }

    Issuer issuer() {
        return issuer;
    }

    /**
     * What a node is told.
     *
     * @param overTls whether its HTTP port speaks TLS
     */
    Map<String, String> settings(boolean overTls) {
        var settings = new HashMap<>(Map.of(
                "TLS_CERTIFICATE",
                folder.resolve("data/tls.crt").toString(),
                "TLS_KEY",
                folder.resolve("data/tls.key").toString(),
                "TCP_TLS_PORT",
                "0",
                "HTTP_TLS",
                "" + overTls,
                // As behind a proxy: one connection carries many clients, who all cancel their streams.
                "HTTP_RESETS",
                "1000000",
                "SOCKETS_TOKEN",
                WORD));
        // Keys are looked for every second.
        var tokens = issuer.settings("AUTH_JWT_JWKS_REFRESH", "10s");
        for (var i = 0; i < tokens.length; i += 2) {
            settings.put(tokens[i], tokens[i + 1]);
        }
        return settings;
    }

    /** What a node's JVM is told, so that it trusts the issuer's server. */
    List<String> options() {
        return List.of(
                "-Djavax.net.ssl.trustStoreType=PKCS12",
                "-Djavax.net.ssl.trustStore=" + folder.resolve("trust.p12"),
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** Whom clients trust. */
    PemTrustOptions authority() {
        return new PemTrustOptions().addCertPath(certificates.file("authority.crt"));
    }

    /** The same for the JDK's own clients. */
    SSLContext client() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], KeyStores.trust(read("authority")).getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Swaps the files of all nodes, as Kubernetes does: a link. */
    void renew() throws IOException {
        renewals++;
        install();
    }

    /** Whether whoever connects is shown the newest certificate. */
    boolean isShown(String host, int port) {
        try (var socket = (SSLSocket) client().getSocketFactory().createSocket(host, port)) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.startHandshake();
            Certificate shown = socket.getSession().getPeerCertificates()[0];
            return shown.equals(read(name())[0]);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        issuer.close();
    }

    private String name() {
        return NAMES.get(renewals % NAMES.size());
    }

    private X509Certificate[] read(String name) {
        return Pem.read("suite", certificates.file(name + ".crt")).certificates();
    }

    private void install() throws IOException {
        var made = Files.createDirectory(folder.resolve("data-" + renewals));
        for (var kind : List.of("crt", "key")) {
            Files.copy(Path.of(certificates.file(name() + "." + kind)), made.resolve("tls." + kind));
        }
        var link = Files.createSymbolicLink(folder.resolve("link-" + renewals), made);
        Files.move(link, folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void trustOfNodes() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", read("authority")[0]);
        try (var file = Files.newOutputStream(folder.resolve("trust.p12"))) {
            store.store(file, PASSWORD.toCharArray());
        }
    }
}
