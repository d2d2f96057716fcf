package dev.closeout.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {
    private static final Path OPERATORS_FILE = Path.of("..", "cluster-config", "node.yaml");

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path folder;

    @Test
    void everyKeyHasADefault() {
        var config = ConfigurationFile.load(null, Map.of());

        assertEquals(Set.of(Role.SOCKETS, Role.WORKERS), config.node().roles());
        assertFalse(config.node().name().isBlank());
        assertEquals(Duration.ofSeconds(10), config.node().lease());
        assertEquals(CutOff.CLOSE, config.node().cutOff());
        assertEquals(Duration.ofSeconds(10), config.node().stopTimeout());
        assertEquals(new ClusterSection(null, "127.0.0.1", "closeout", null, null, null), config.cluster());
        assertEquals(
                new SocketsSection(
                        0,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(2500),
                        null,
                        1_000,
                        100_000,
                        Duration.ofMinutes(5),
                        Admission.REFUSE),
                config.sockets());
        assertEquals(new LimitsSection(100_000, 0, 20_000, 20_000, 1 << 20, 0), config.limits());
        assertEquals(
                new TcpSection("127.0.0.1", 7000, true, null, ProxyProtocol.OFF, Duration.ofSeconds(90), 8_192),
                config.tcp());
        assertEquals(
                new HttpSection(
                        "127.0.0.1",
                        8080,
                        false,
                        ProxyProtocol.OFF,
                        null,
                        0,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        65_536),
                config.http());
        assertEquals(new TlsSection(null, null, null, ClientAuth.NONE, CertifiedName.CN), config.tls());
        assertEquals(new ProxySection(List.of()), config.proxy());
        assertEquals(new ApiSection(null), config.api());
        assertEquals(new WorkersSection(0), config.workers());
        assertEquals(
                new DatabaseSection(
                        null,
                        false,
                        6,
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        "closeout-data/postgres",
                        7_432),
                config.database());
        assertEquals(Duration.ofSeconds(5), config.database().patienceOfOwners());
        assertEquals(Duration.ofSeconds(10), config.database().patienceOfCallers());
        assertEquals(
                new ClientsSection(
                        0, OverLimit.REFUSE, Duration.ZERO, Duration.ofMinutes(10), 100_000, Duration.ofSeconds(5)),
                config.clients());
        assertEquals(HooksSection.NONE, config.hooks());
        assertEquals(new DeadLettersSection(Duration.ofDays(30)), config.deadLetters());
        assertEquals(
                new OwedSection(
                        List.of(),
                        List.of(),
                        Duration.ofSeconds(10),
                        20,
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(5),
                        20,
                        Duration.ofSeconds(1)),
                config.owed());
        assertEquals(
                new WebhookSection(null, null, Duration.ofSeconds(5), List.of("client.gone", "connection.closed")),
                config.webhook());
        assertEquals(
                new JwtSection(
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        "sub",
                        null,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofHours(4)),
                config.auth().jwt());
    }

    @Test
    void theTokenOfTheApiIsTakenAsItIsWritten() {
        var token = "!correct-horse-~-0123456789";

        assertEquals(
                token,
                ConfigurationFile.load(null, Map.of("CLOSEOUT_API_TOKEN", token))
                        .api()
                        .token());
    }

    @ParameterizedTest
    @CsvSource({
        "API_TOKEN, correct-horse-battery-staple",
        "BRIDGE_TOKEN, correct-horse-battery-staple",
        "SOCKETS_TOKEN, correct-horse-battery-staple",
        "WEBHOOK_SECRET, correct-horse-battery-staple",
        "DATABASE_URI, postgresql://closeout:horse@db/gateway",
    })
    void secretsAreNeverShown(String key, String value) {
        var config = ConfigurationFile.load(null, Map.of("CLOSEOUT_" + key, value));

        assertFalse(config.toString().contains("horse"), config.toString());
    }

    @Test
    void ownVerticlesAreNamedWithWhatTheyNeed() {
        var config = ConfigurationFile.load(
                null,
                Map.of(
                        "CLOSEOUT_DEPLOY_VERTICLES",
                        "[com.example.Sip, com.example.Media instances=2 threading=worker]"));
        assertEquals(
                List.of(
                        new DeploySection.OwnVerticle("com.example.Sip", 1, false),
                        new DeploySection.OwnVerticle("com.example.Media", 2, true)),
                config.deploy().parsed());
        var wrong = assertThrows(
                ConfigurationException.class,
                () -> ConfigurationFile.load(null, Map.of("CLOSEOUT_DEPLOY_VERTICLES", "[com.example.Sip twice]")));
        assertTrue(
                String.valueOf(wrong.getMessage())
                        .contains("deploy.verticles[0] is 'com.example.Sip twice'; it must be like"),
                wrong.getMessage());
    }

    @Test
    void aChoiceIsWrittenInLowerCaseAndAnotherWordIsRefused() {
        var config = ConfigurationFile.load(
                null, Map.of("CLOSEOUT_CLIENTS_OVER_LIMIT", "end-oldest", "CLOSEOUT_DATABASE_POOLER", "true"));
        assertEquals(OverLimit.END_OLDEST, config.clients().overLimit());
        assertTrue(config.database().pooler());

        var wrong = assertThrows(
                ConfigurationException.class,
                () -> ConfigurationFile.load(null, Map.of("CLOSEOUT_SOCKETS_ADMISSION", "maybe")));
        assertTrue(
                String.valueOf(wrong.getMessage())
                        .contains("sockets.admission is \"maybe\"; it must be refuse or eventual"),
                wrong.getMessage());
    }

    @Test
    void theOperatorsFileSaysTheDefaults() {
        assertEquals(ConfigurationFile.load(null, Map.of()), ConfigurationFile.load(OPERATORS_FILE, Map.of()));
    }

    @Test
    void aFileStandsOverTheDefaultsAndTheEnvironmentOverTheFile() throws IOException {
        var file = file("tcp: {port: 7100, idle-timeout: 5m}\nnode:\n  name: from-file\n  roles: [workers]\n");
        var config = ConfigurationFile.load(
                file,
                Map.of(
                        "CLOSEOUT_TCP_PORT", "7200",
                        "CLOSEOUT_NODE_ROLES", "sockets,workers",
                        "CLOSEOUT_SOCKETS_HANDSHAKE_TIMEOUT", "250ms",
                        "CLOSEOUT_HOOKS_CLOSED", "[\"DELETE FROM a\", 'DELETE FROM b']",
                        "CLOSEOUT_NODE_NAME", "",
                        "HOME", "/nowhere"));

        assertEquals(7200, config.tcp().port());
        assertEquals(Duration.ofMinutes(5), config.tcp().idleTimeout());
        assertEquals("from-file", config.node().name());
        assertEquals(Set.of(Role.SOCKETS, Role.WORKERS), config.node().roles());
        assertEquals(Duration.ofMillis(250), config.sockets().handshakeTimeout());
        assertEquals(List.of("DELETE FROM a", "DELETE FROM b"), config.hooks().closed());
    }

    @Test
    void anEmptySectionChangesNothing() throws IOException {
        assertEquals(ConfigurationFile.load(null, Map.of()), ConfigurationFile.load(file("tcp:\n"), Map.of()));
        assertEquals(ConfigurationFile.load(null, Map.of()), ConfigurationFile.load(file(""), Map.of()));
    }

    @Test
    void theClustersFileIsFoundBesideTheNodesFile() throws IOException {
        var config = ConfigurationFile.load(file("cluster: {config: hazelcast.xml}"), Map.of());

        assertEquals(
                folder.resolve("hazelcast.xml").toString(), config.cluster().config());
    }

    @Test
    void aClustersFileOfTheEnvironmentIsFoundFromTheWorkingDirectory() throws IOException {
        var config = ConfigurationFile.load(
                file("cluster: {config: other.xml}"), Map.of("CLOSEOUT_CLUSTER_CONFIG", "hazelcast.xml"));

        assertEquals("hazelcast.xml", config.cluster().config());
    }

    @Test
    void aSectionMayStandInAnother() throws IOException {
        var yaml = "auth: {jwt: {keys: keys.pem, algorithms: [RS256], issuer: x, audience: y}}";
        var config = ConfigurationFile.load(file(yaml), Map.of("CLOSEOUT_AUTH_JWT_CLIENT_CLAIM", "device"));

        assertEquals(folder.resolve("keys.pem").toString(), config.auth().jwt().keys());
        assertEquals("device", config.auth().jwt().clientClaim());
        assertTrue(config.auth().jwt().enabled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "1e5", "1_000", "0x1f", "yes", "1.10", "'*star'", "s3cret#1"})
    void aTokenIsWhatIsWritten(String token) throws IOException {
        var config = ConfigurationFile.load(file("sockets: {token: %s}".formatted(token)), Map.of());

        assertEquals(token.replace("'", ""), config.sockets().token());
    }

    @Test
    void aBracketInAVariableBeginsAListOnlyWhereAListBelongs() {
        var config = ConfigurationFile.load(
                null, Map.of("CLOSEOUT_SOCKETS_TOKEN", "[abc", "CLOSEOUT_NODE_ROLES", "[workers]"));

        assertEquals("[abc", config.sockets().token());
        assertEquals(Set.of(Role.WORKERS), config.node().roles());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp: {prot: 1}        | tcp.prot is not a key; did you mean tcp.port?",
                "tcp: {speed: 1}       | tcp.speed is not a key; the keys of tcp are host, port, plain, tls-port, proxy-protocol, idle-timeout, line-limit",
                "sockets: {answer-timeout: 5s} | sockets.answer-timeout is not a key; the keys of sockets are verticles,",
                "radio: {on: 1}        | radio is not a key; the sections are node, cluster, sockets, limits, tcp,",
                "tcp: {port: many}     | tcp.port is \"many\"; it must be a whole number",
                "tcp: {port: [1, 2]}   | tcp.port is [\"1\",\"2\"]; it must be one value",
                "tcp: {port: 70000}    | tcp.port is 70000; it must be from 0 to 65535",
                "tcp: {port: 99999999999} | tcp.port is \"99999999999\"; it must be at most 2147483647",
                "tcp: {idle-timeout: 10} | tcp.idle-timeout is \"10\"; it must be a time with its unit, write 10s",
                "tcp: {idle-timeout: 10 seconds} | tcp.idle-timeout is \"10 seconds\"; it must be a time with its unit, write 10s",
                "tcp: {idle-timeout: 1:30} | tcp.idle-timeout is \"1:30\"; it must be a time with its unit, such as 250ms",
                "node: {lease: 10ms}   | node.lease is 10ms; it must be from 1s to 10m",
                "node: {roles: [boss]} | node.roles is [\"boss\"]; it must be sockets, workers or both",
                "hooks: {closed: DELETE} | hooks.closed is \"DELETE\"; it must be a list of texts, such as [\"...\", \"...\"]",
                "hooks: {closed: [~]}  | hooks.closed is [null]; it must be a list of texts",
                "hooks: {closed: ['']} | hooks.closed[0] is empty; it must be an SQL statement",
                "owed: {client-gone: [Ports]} | owed.client-gone[0] is \"Ports\"; it must be 1 to 100 lower case letters, digits,",
                "owed: {client-gone: ['']} | owed.client-gone[0] is empty; it must be 1 to 100 lower case letters, digits,",
                "owed: {client-gone: [a, a]} | owed.client-gone[1] is a once more; it must be a name that does not stand in",
                "owed: {connection-closed: [webhook]} | owed.connection-closed[0] is webhook; it must be another name: set webhook.url",
                "owed: {longest-wait: 500ms} | owed.longest-wait is 500ms; it must be from 1s to 24h",
                "webhook: {url: 'ftp://example.net'} | webhook.url is not usable; it must be an http or https address without a user",
                "webhook: {url: 'https://me:secret@example.net'} | webhook.url is not usable; it must be an http or https address",
                "webhook: {events: [gone]} | webhook.events[0] is \"gone\"; it must be client.gone or connection.closed",
                "webhook: {url: 'http://h', secret: 0123456789abcdef, timeout: 10s} | webhook.timeout is 10s; it must be less than owed.answer-timeout, 10s",
                "tcp: 7000             | tcp is a section; write its keys below it, indented",
                "7000                  | this is no list of sections",
                "tcp.port: 7000        | write tcp.port in two lines: the section, tcp:, and below it, indented, port:",
                "tcp: {port: 1, port: 2} | node.yaml, line 1: tcp.port stands here a second time; keep one",
                "tcp: {port: 1         | line 2, column 1: this is not YAML: expected ',' or '}', but got <stream end> (while parsing a flow mapping that begins in line 1)",
                "cluster: {config: [a]} | cluster.config is [\"a\"]; it must be one value",
                "cluster: {config: ''} | cluster.config is empty; it must be a Hazelcast XML file, or left out",
                "sockets: {token: *secret} | line 1: aliases are not understood; write the value itself",
                "sockets: {token: @secret} | column 18: this is not YAML: found character '@' that cannot start any token; put it",
                "sockets: {token: !secret!x y} | this is not YAML: found undefined tag handle (while parsing a node that begins in",
                "api: {token: secret} | api.token is not usable; it must be 16 to 1000 visible ASCII characters without spaces",
                "api: {token: 'secret secret secret'} | api.token is not usable; it must be 16 to 1000 visible ASCII",
                "api: {token: [secret]} | api.token is not usable; it must be one value",
                "sockets: {token: 'two words'} | sockets.token is not usable; it must be without spaces and control characters",
                "sockets: {token: [secret]} | sockets.token is not usable; it must be one value",
                "tcp: {tls-port: many} | tcp.tls-port is \"many\"; it must be a whole number",
                "tcp: {tls-port: 7000} | tcp.tls-port is 7000; it must be another port than tcp.port",
                "tcp: {tls-port: 7443} | tls.certificate is empty; it must be set, with tls.key, when there is a tcp.tls-port or",
                "http: {tls: true}     | tls.certificate is empty; it must be set, with tls.key, when there is a tcp.tls-port or",
                "tcp: {plain: false}   | tcp.plain is false; it must be true without tcp.tls-port: there is no other port",
                "tls: {certificate: node.crt} | tls.key is empty; it must be set: a certificate and its key belong together",
                "tls: {client-auth: required} | tls.ca is empty; it must be set when tls.client-auth is required",
                "tls: {client-auth: maybe} | tls.client-auth is \"maybe\"; it must be none or required",
                "tls: {identity: email} | tls.identity is \"email\"; it must be cn or san-dns or san-uri",
                "cluster: {bus-ca: ca.pem} | cluster.bus-certificate is empty; it must be set: cluster.bus-certificate, cluster.bus-key",
                "tcp: {proxy-protocol: on} | tcp.proxy-protocol is \"on\"; it must be off or required",
                "http: {proxy-protocol: required} | proxy.addresses is empty; it must be set when tcp.proxy-protocol or",
                "proxy: {addresses: [10.0.0.0/33]} | proxy.addresses[0] is \"10.0.0.0/33\"; it must be an IP address or a network",
                "proxy: {addresses: [a.example.net]} | proxy.addresses[0] is \"a.example.net\"; it must be an IP address or a network",
                "auth: {jtw: {}}       | auth.jtw is not a key; ",
                "auth: {jwt: {isuer: x}} | auth.jwt.isuer is not a key; did you mean auth.jwt.issuer?",
                "auth: {jwt: on}       | auth.jwt is a section; write its keys below it, indented",
                "auth: {jwt: {keys: a, jwks-url: 'https://h/j'}} | auth.jwt.keys is set beside auth.jwt.jwks-url; it must be left empty,",
                "auth: {jwt: {jwks-url: 'http://example.net/j'}} | auth.jwt.jwks-url is not usable; it must be an https address",
                "auth: {jwt: {jwks-url: 'https://me:secret@example.net/j'}} | auth.jwt.jwks-url is not usable; it must be an https address",
                "auth: {jwt: {keys: a}} | auth.jwt.algorithms is empty; it must be a list such as [RS256]",
                "auth: {jwt: {algorithms: [HS256]}} | auth.jwt.algorithms[0] is \"HS256\"; it must be one of RS256,",
                "auth: {jwt: {algorithms: [none]}} | auth.jwt.algorithms[0] is \"none\"; it must be one of RS256,",
                "auth: {jwt: {keys: a, algorithms: [RS256]}} | auth.jwt.issuer is empty; it must be what the claim iss of each",
                "auth: {jwt: {keys: a, algorithms: [RS256], issuer: x}} | auth.jwt.audience is empty; it must be what the claim aud",
                "auth: {jwt: {leeway: 1h}} | auth.jwt.leeway is 1h; it must be from 0s to 5m",
                "database: {uri: 'mysql://me:secret@x'} | database.uri is not a PostgreSQL address; it must be like",
            })
    void aBadFileGetsAnExactSentence(String yaml, String sentence) throws IOException {
        var message = refusal(file(yaml + "\n"), Map.of());

        assertTrue(message.contains(sentence.strip()), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void aWebhookHasASecretThatIsLongEnough() throws IOException {
        assertEquals(
                "webhook.secret is empty; it must be set when webhook.url is: by it the receiver knows that a post is yours",
                refusal(file("webhook: {url: 'https://example.net'}\n"), Map.of()));
        assertEquals(
                "CLOSEOUT_WEBHOOK_SECRET: webhook.secret is too short; it must be at least 16 characters",
                refusal(null, Map.of("CLOSEOUT_WEBHOOK_SECRET", "hunter2")));
    }

    @Test
    void theLineOfTheFaultIsTold() throws IOException {
        for (var fault : List.of("prot: 1", "port: many", "port: 70000", "port: 1\n  port: 2")) {
            var file = file("# A comment.\ntcp:\n  host: 127.0.0.1\n  %s\n".formatted(fault));
            var line = fault.contains("\n") ? 5 : 4;

            assertTrue(refusal(file, Map.of()).startsWith("%s, line %d: tcp.p".formatted(file, line)));
        }
    }

    @Test
    void aTabIsNamedWithItsPlace() throws IOException {
        var file = file("tcp:\n\tport: 1\n");

        assertEquals(
                "%s, line 2, column 1: this is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"
                        .formatted(file),
                refusal(file, Map.of()));
    }

    @Test
    void aSecondDocumentIsRefused() throws IOException {
        var file = file("tcp: {port: 7}\n---\ntcp: {port: 8}\n");

        assertEquals(file + ", line 3: a second document begins here; only one is read", refusal(file, Map.of()));
    }

    @Test
    void aFileThatIsNotTextIsNamed() throws IOException {
        var file = folder.resolve("node.yaml");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        assertEquals("--config %s: this is not UTF-8; save it as UTF-8".formatted(file), refusal(file, Map.of()));

        Files.write(file, new byte[] {'t', 'c', 'p', 0, 1});
        assertTrue(refusal(file, Map.of()).contains("this is not YAML; it must be like cluster-config/node.yaml"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertEquals(
                "--config nowhere.yaml: there is no such file, or it cannot be read",
                refusal(Path.of("nowhere.yaml"), Map.of()));
        assertEquals(
                "--config %s: this is a folder; name the YAML file in it".formatted(folder), refusal(folder, Map.of()));
    }

    @Test
    void aVariableThatSetsNothingIsNamed() {
        assertEquals(
                "The environment variable CLOSEOUT_TCP_PROT sets nothing: did you mean CLOSEOUT_TCP_PORT?",
                refusal(null, Map.of("CLOSEOUT_TCP_PROT", "1")));
        assertEquals(
                "The environment variable CLOSEOUT_TCP_SPEED sets nothing: the keys of tcp are host, port, plain, tls-port, proxy-protocol, idle-timeout, line-limit",
                refusal(null, Map.of("CLOSEOUT_TCP_SPEED", "1")));
        assertTrue(refusal(null, Map.of("CLOSEOUT_PORT", "1"))
                .startsWith("The environment variable CLOSEOUT_PORT sets nothing: the sections are node, cluster,"));
    }

    @Test
    void aBadVariableIsNamedAndASecretIsNot() {
        assertEquals(
                "CLOSEOUT_TCP_PORT: tcp.port is \"x\"; it must be a whole number",
                refusal(null, Map.of("CLOSEOUT_TCP_PORT", "x")));
        assertEquals(
                "CLOSEOUT_TCP_PORT: tcp.port is 70000; it must be from 0 to 65535 (0 takes any free port)",
                refusal(null, Map.of("CLOSEOUT_TCP_PORT", "70000")));
        assertEquals(
                "CLOSEOUT_HOOKS_CLOSED: hooks.closed[0] is empty; it must be an SQL statement",
                refusal(null, Map.of("CLOSEOUT_HOOKS_CLOSED", "['']")));
        assertEquals(
                "The environment variable CLOSEOUT_HOOKS_CLOSED is not a list in YAML, such as [\"a\", \"b\"]",
                refusal(null, Map.of("CLOSEOUT_HOOKS_CLOSED", "[a] b")));
        assertEquals(
                "CLOSEOUT_DATABASE_URI: database.uri is not a PostgreSQL address; it must be like postgresql://user:password@host:5432/database",
                refusal(null, Map.of("CLOSEOUT_DATABASE_URI", "jdbc:postgresql://me:secret@x")));
    }

    private static String refusal(@Nullable Path file, Map<String, String> environment) {
        return String.valueOf(
                assertThrows(ConfigurationException.class, () -> ConfigurationFile.load(file, environment))
                        .getMessage());
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), yaml);
    }
}
