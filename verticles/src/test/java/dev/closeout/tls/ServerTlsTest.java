package dev.closeout.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.CertifiedName;
import dev.closeout.config.ClientAuth;
import dev.closeout.config.ClusterSection;
import dev.closeout.config.ConfigurationException;
import dev.closeout.config.TlsSection;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Logged;
import dev.closeout.fixture.TlsFiles;
import dev.closeout.fixture.WireClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files of certificates do to a port, now and when they change. */
class ServerTlsTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final String RELOADS = "closeout.certificate.reloads";

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path folder;

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    @Test
    void whatCannotBeUsedIsSaidOnceAndChangesNothing() throws IOException {
        install("node.crt", "node.key");
        var port = serve();
        var first = shown(port);
        try (var logged = new Logged()) {
            Files.writeString(file("crt"), "no certificate");
            Eventually.equal("told of the certificate", 1, () -> reloads("kept"));
            install("renewed.crt", "node.key");
            Eventually.equal("told that the key is another's", 2, () -> reloads("kept"));
            assertEquals(first, shown(port));
            assertEquals(2, logged.lines().size(), () -> logged.lines().toString());
            assertTrue(
                    logged.lines().get(0).contains("crt: it holds no certificate"),
                    logged.lines().get(0));
            assertTrue(
                    logged.lines().get(1).contains("its key is none for the certificate"),
                    logged.lines().get(1));
        }
        install("renewed.crt", "renewed.key");
        Eventually.equal("it is whole again", 1, () -> reloads("renewed"));
        Eventually.is("and shown", () -> !first.equals(shown(port)));
    }

    @Test
    void saysWhenTheCertificateRunsOut() throws IOException {
        install("node.crt", "node.key");
        serve();
        var left = registry.get("closeout.certificate.expires").gauge().value();
        assertTrue(left > 47 * 3600 && left <= 48 * 3600, () -> "%f s".formatted(left));
    }

    @ParameterizedTest
    @CsvSource({
        "node.crt, alice.key, 'tls.key=FILE: its key is none for the certificate'",
        "node.key, node.key, 'tls.certificate=FILE: it holds no certificate'",
        "node.crt, node.crt, 'tls.key=FILE: it holds no private key in PEM form'",
    })
    void filesThatCannotBeUsedAreNamed(String certificate, String key, String sentence) throws IOException {
        install(certificate, key);
        var refused = assertThrows(ConfigurationException.class, () -> ServerTls.of(config(), registry));
        var named = sentence.contains("tls.key") ? file("key") : file("crt");
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith(sentence.replace("FILE", named.toString())),
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"CN, alice", "SAN_DNS, alice.example.net", "SAN_URI, spiffe://example.net/alice"})
    void aCertificateNamesItsClient(CertifiedName kind, String name) {
        var alice = Pem.read("test", TlsFiles.OURS.file("alice.crt")).certificates()[0];
        assertEquals(Set.of(name), CertifiedNames.of(alice, kind));
        var authority = Pem.read("test", TlsFiles.OURS.file("authority.crt")).certificates()[0];
        assertNotEquals(Set.of(name), CertifiedNames.of(authority, kind));
    }

    /** A node takes no answer on the event bus from who is none, and a bus's port no question. */
    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void bothSidesOfTheEventBusProveThatTheyAreNodes(boolean sameAuthority, boolean connects) {
        var here = bus(TlsFiles.OURS.file("node.crt"), TlsFiles.OURS.file("node.key"));
        var there = sameAuthority
                ? bus(TlsFiles.OURS.file("renewed.crt"), TlsFiles.OURS.file("renewed.key"))
                : bus(TlsFiles.OTHERS.file("alice.crt"), TlsFiles.OTHERS.file("alice.key"));
        for (var ends : new EventBusOptions[][] {{here, there}, {there, here}}) {
            var server = Eventually.done(vertx.createNetServer(new NetServerOptions(ends[0].toJson()))
                    .connectHandler(socket -> socket.write("hello"))
                    .exceptionHandler(refused -> {})
                    .listen(0, "127.0.0.1"));
            // As the event bus makes its client.
            var client =
                    vertx.createNetClient(new NetClientOptions(ends[1].toJson()).setHostnameVerificationAlgorithm(""));
            var greeted = client.connect(server.actualPort(), "127.0.0.1").compose(socket -> {
                var said = Promise.<String>promise();
                socket.handler(bytes -> said.tryComplete(bytes.toString()));
                socket.exceptionHandler(said::tryFail);
                socket.closeHandler(closed -> said.tryFail("closed"));
                return said.future();
            });
            if (connects) {
                assertEquals("hello", Eventually.done(greeted));
            } else {
                Eventually.failure(greeted);
            }
        }
    }

    private static EventBusOptions bus(String certificate, String key) {
        // Each trusts what it calls nodes' authority; the stranger's node trusts ours, too.
        return BusTls.addTo(
                new EventBusOptions(),
                new ClusterSection(
                        null, "127.0.0.1", "closeout", certificate, key, TlsFiles.OURS.file("authority.crt")));
    }

    private int serve() {
        var tls = tls();
        NetServer server = Eventually.done(vertx.createNetServer(tls.addTo(new NetServerOptions()))
                .connectHandler(socket -> {})
                .listen(0, "127.0.0.1"));
        tls.serve(options -> server.updateSSLOptions(options));
        tls.watch(vertx, OFTEN);
        return server.actualPort();
    }

    private ServerTls tls() {
        var tls = ServerTls.of(config(), registry);
        if (tls == null) {
            throw new AssertionError("no TLS");
        }
        return tls;
    }

    private TlsSection config() {
        return new TlsSection(file("crt").toString(), file("key").toString(), null, ClientAuth.NONE, CertifiedName.CN);
    }

    private Path file(String kind) {
        return folder.resolve("tls." + kind);
    }

    private void install(String certificate, String key) throws IOException {
        for (var pair : new String[][] {{certificate, "crt"}, {key, "key"}}) {
            Files.write(file(pair[1]), Files.readAllBytes(Path.of(TlsFiles.OURS.file(pair[0]))));
        }
    }

    private long reloads(String outcome) {
        return (long) registry.counter(RELOADS, "outcome", outcome).count();
    }

    private static Certificate shown(int port) {
        try (var peer = WireClient.to(port, TlsFiles.client())) {
            return peer.nodesCertificate();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }
}
