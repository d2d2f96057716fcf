package dev.closeout.worker.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.ConfigurationException;
import dev.closeout.fixture.Certificates;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both drivers, against a PostgreSQL that speaks TLS. Its certificate names {@code localhost} and no address, so that
 * 127.0.0.1 is the same server by a wrong name.
 */
class DatabaseTlsTest {
    private static final String RULES =
            """
            hostssl all certified 127.0.0.1/32 cert
            hostssl all encrypted 127.0.0.1/32 scram-sha-256
            hostnossl all plain 127.0.0.1/32 scram-sha-256
            host all postgres 127.0.0.1/32 trust
            """;
    /** With all that an address has other meanings for. */
    private static final String ENCODED_PASSWORD = "p%40%2F%3A%23%3F%25+%C3%A4";

    private static final String PASSWORD = "p@/:#?%+ä";

    private static Certificates ours;
    private static Certificates others;
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException, SQLException {
        ours = Certificates.of(Files.createDirectory(folder.resolve("ours")))
                .sign("server", "database", "san=dns:localhost")
                .sign("node", "certified");
        others =
                Certificates.of(Files.createDirectory(folder.resolve("others"))).sign("node", "certified");
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", ours.file("server.crt"))
                .setServerConfig("ssl_key_file", ours.file("server.key"))
                .setServerConfig("ssl_ca_file", ours.file("authority.crt"))
                .start();
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            for (var role : new String[] {"certified", "encrypted", "plain"}) {
                statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PASSWORD));
                statement.execute("CREATE DATABASE %s OWNER %s".formatted(role, role));
            }
            try (var rows = statement.executeQuery("SHOW hba_file")) {
                rows.next();
                Files.writeString(Path.of(rows.getString(1)), RULES);
            }
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "encrypted, localhost, sslmode=verify-full&sslrootcert=OURS/authority.crt, true",
        "encrypted, 127.0.0.1, sslmode=verify-ca&sslrootcert=OURS/authority.crt, true",
        "encrypted, 127.0.0.1, sslmode=require&sslrootcert=OURS/authority.crt, true",
        "encrypted, 127.0.0.1, sslmode=require, true",
        "encrypted, 127.0.0.1, sslmode=prefer, true",
        "encrypted, 127.0.0.1, sslmode=allow, true",
        "encrypted, 127.0.0.1, options=-c%20search_path=elsewhere, true",
        "plain, 127.0.0.1, sslmode=disable, false",
        "plain, 127.0.0.1, sslmode=allow, false",
        "plain, 127.0.0.1, sslmode=prefer, false",
    })
    void bothDriversConnect(String user, String host, String parameters, boolean encrypted) {
        assertEquals(encrypted, encrypts(user, host, parameters));
    }

    @Test
    void aNodeProvesWhoItIsByItsCertificate() {
        var mine = "&sslcert=OURS/node.crt&sslkey=OURS/node.key";

        assertTrue(encrypts("certified", "localhost", "sslmode=verify-full&sslrootcert=OURS/authority.crt" + mine));
        assertTrue(encrypts("certified", "127.0.0.1", "sslmode=require" + mine));
        assertRefused("connection requires a valid client certificate", "certified", "localhost", "sslmode=require");
        assertRefused("", "certified", "localhost", "sslmode=require&sslcert=OTHERS/node.crt&sslkey=OTHERS/node.key");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, sslmode=verify-full&sslrootcert=OURS/authority.crt, 127.0.0.1 could not be verified",
        "localhost, sslmode=verify-full&sslrootcert=OTHERS/authority.crt, unable to find valid certification path",
        "localhost, sslmode=verify-ca&sslrootcert=OTHERS/authority.crt, unable to find valid certification path",
        "localhost, sslmode=require&sslrootcert=OTHERS/authority.crt, unable to find valid certification path",
        "localhost, sslmode=verify-full, unable to find valid certification path",
        "localhost, sslmode=disable, no encryption",
    })
    void whoIsNotTheServerIsRefusedByBoth(String host, String parameters, String why) {
        assertRefused(why, "encrypted", host, parameters);
    }

    @ParameterizedTest
    @CsvSource({
        "sslmode=verify-full&sslrootcert=/nowhere.crt, sslrootcert=/nowhere.crt: it cannot be read",
        "sslmode=verify-full&sslrootcert=OURS/server.key, it holds no certificate",
        "sslmode=require&sslcert=OURS/node.crt&sslkey=OURS/node.crt, it holds no private key in PEM form",
    })
    void aFileThatCannotBeUsedIsNamed(String parameters, String sentence) {
        var refused = assertThrows(ConfigurationException.class, () -> address("encrypted", "localhost", parameters));

        assertTrue(String.valueOf(refused.getMessage()).contains(sentence), refused.getMessage());
    }

    @Test
    void aServerWithoutTlsIsTakenWhereItMayBe() {
        var uri = TestDatabase.create().uri();

        assertFalse(encrypts(DatabaseAddress.read(uri)));
        var required = DatabaseAddress.read(uri + "?sslmode=require");
        assertTrue(messageOf(clientFailure(required)).contains("does not speak TLS"));
        assertTrue(messageOf(migrationFailure(required)).contains("The server does not support SSL"));
    }

    /** A socket that stays open holds one of the server's connections for its authentication_timeout. */
    @Test
    void aServerWithoutTlsIsLeftNoSocket() {
        var vertx = Vertx.vertx();
        var accepted = new AtomicInteger();
        var open = new AtomicInteger();
        var plain = Eventually.done(vertx.createNetServer()
                .connectHandler(socket -> {
                    accepted.incrementAndGet();
                    open.incrementAndGet();
                    socket.closeHandler(closed -> open.decrementAndGet());
                    socket.handler(question -> socket.write("N"));
                })
                .listen(0, "127.0.0.1"));
        var uri = "postgresql://me@127.0.0.1:%d/d?sslmode=require".formatted(plain.actualPort());

        Eventually.failure(new Pools(
                        vertx,
                        DatabaseAddress.read(uri),
                        TestConfig.of("unused").database())
                .probe());
        assertEquals(1, accepted.get());
        Eventually.equal("sockets", 0, () -> (long) open.get());
        Eventually.done(vertx.close());
    }

    @Test
    void aNodeServesOverTls() throws InterruptedException {
        var uri = uri("encrypted", "localhost", "sslmode=verify-full&sslrootcert=OURS/authority.crt");
        try (var node = NodeProcess.start(UUID.randomUUID().toString(), uri)) {
            LineClient.welcomed(node.tcpPort(), "alice").close();
            assertEquals(0, node.stop(), node.output());
        }
    }

    @Test
    void aNodeThatDoesNotTrustItsServerSaysSoAtOnce() throws InterruptedException {
        var uri = uri("encrypted", "127.0.0.1", "sslmode=verify-full&sslrootcert=OURS/authority.crt");
        var ended = NodeProcess.run(
                Map.of(
                        "CLUSTER_NAME",
                        UUID.randomUUID().toString(),
                        "DATABASE_URI",
                        uri,
                        "TCP_PORT",
                        "0",
                        "HTTP_PORT",
                        "0",
                        "DATABASE_START_TIMEOUT",
                        "0"),
                "node");

        assertEquals(1, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains("The hostname 127.0.0.1 could not be verified"), ended.output());
    }

    private static String uri(String user, String host, String parameters) {
        return "postgresql://%s:%s@%s:%d/%s?%s"
                .formatted(
                        user,
                        ENCODED_PASSWORD,
                        host,
                        server.getPort(),
                        user,
                        parameters.replace("OURS/", ours.file("") + "/").replace("OTHERS/", others.file("") + "/"));
    }

    private static DatabaseAddress address(String user, String host, String parameters) {
        return DatabaseAddress.read(uri(user, host, parameters));
    }

    /** Whether the PG client's connection is encrypted, once the migrations have gone through too. */
    private static boolean encrypts(String user, String host, String parameters) {
        return encrypts(address(user, host, parameters));
    }

    private static boolean encrypts(DatabaseAddress address) {
        try {
            Migrations.apply(address, TestConfig.of("unused").database());
        } catch (DatabaseStart.NoAnswer e) {
            throw new AssertionError(e);
        }
        var vertx = Vertx.vertx();
        try {
            var pools = new Pools(vertx, address, TestConfig.of("unused").database());
            Eventually.done(pools.probe());
            return Eventually.done(pools.build(1)
                            .query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                            .execute())
                    .iterator()
                    .next()
                    .getBoolean(0);
        } finally {
            Eventually.done(vertx.close());
        }
    }

    private static void assertRefused(String why, String user, String host, String parameters) {
        var address = address(user, host, parameters);
        var migration = migrationFailure(address);

        assertTrue(messageOf(migration).contains(why), migration.getMessage());
        assertFalse(messageOf(clientFailure(address)).isEmpty());
    }

    private static Throwable migrationFailure(DatabaseAddress address) {
        return assertThrows(
                ConfigurationException.class,
                () -> Migrations.apply(address, TestConfig.of("unused").database()));
    }

    private static Throwable clientFailure(DatabaseAddress address) {
        var vertx = Vertx.vertx();
        try {
            var config = TestConfig.of("unused").database();
            return Eventually.failure(new Pools(vertx, address, config).probe());
        } finally {
            Eventually.done(vertx.close());
        }
    }

    private static String messageOf(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
