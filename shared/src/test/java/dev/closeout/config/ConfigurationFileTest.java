package dev.closeout.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertEquals(new Cluster(null, "127.0.0.1", "closeout"), config.cluster());
        assertEquals(
                new Sockets(0, Duration.ofSeconds(10), null, 1_000, 20_000, Duration.ofSeconds(5)), config.sockets());
        assertEquals(new Tcp("127.0.0.1", 7000, Duration.ofSeconds(90), 8_192), config.tcp());
        assertEquals(
                new Http("127.0.0.1", 8080, Duration.ofSeconds(20), Duration.ofSeconds(20), 65_536), config.http());
        assertNull(config.database().uri());
        assertEquals(new Clients(Duration.ZERO, Duration.ofSeconds(5)), config.clients());
        assertEquals(Hooks.NONE, config.hooks());
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp: {prot: 1}        | tcp.prot is not a key; did you mean tcp.port?",
                "tcp: {speed: 1}       | tcp.speed is not a key; the keys of tcp are host, port, idle-timeout, line-limit",
                "radio: {on: 1}        | radio is not a key; the sections are node, cluster, sockets, tcp,",
                "tcp: {port: many}     | tcp.port is \"many\"; it must be a whole number",
                "tcp: {port: [1, 2]}   | tcp.port is [1,2]; it must be one value",
                "tcp: {port: 70000}    | tcp.port is 70000; it must be from 0 to 65535",
                "tcp: {port: 99999999999} | tcp.port is 99999999999; it must be a whole number",
                "tcp: {idle-timeout: 10} | tcp.idle-timeout is 10; it must be a time with its unit, such as",
                "node: {lease: 10ms}   | node.lease is 10ms; it must be from 1s to 10m",
                "node: {roles: [boss]} | node.roles is [\"boss\"]; it must be sockets, workers or both",
                "hooks: {closed: DELETE} | hooks.closed is \"DELETE\"; it must be a list",
                "hooks: {closed: ['']} | hooks.closed[0] is empty; it must be an SQL statement",
                "tcp: 7000             | tcp is a section; write its keys below it, indented",
                "7000                  | this is no list of sections",
                "tcp: {port: 1, port: 2} | Duplicate field 'port'",
                "tcp: {port: 1         | line 1, column 14: this is not YAML: while parsing a flow mapping",
                "database: {uri: 'mysql://me:secret@x'} | database.uri is not a PostgreSQL address; it must be like",
            })
    void aBadFileGetsAnExactSentence(String yaml, String sentence) throws IOException {
        var message = refusal(file(yaml + "\n"), Map.of());

        assertTrue(message.contains(sentence.strip()), message);
        assertFalse(message.contains("secret"), message);
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
    }

    @Test
    void aBadVariableIsNamedAndASecretIsNot() {
        assertEquals(
                "CLOSEOUT_TCP_PORT: tcp.port is \"x\"; it must be a whole number",
                refusal(null, Map.of("CLOSEOUT_TCP_PORT", "x")));
        assertEquals(
                "CLOSEOUT_SOCKETS_TOKEN: sockets.token is not usable; it must be one value",
                refusal(null, Map.of("CLOSEOUT_SOCKETS_TOKEN", "[a, b]")));
    }

    private static String refusal(@org.jspecify.annotations.Nullable Path file, Map<String, String> environment) {
        return String.valueOf(
                assertThrows(ConfigurationException.class, () -> ConfigurationFile.load(file, environment))
                        .getMessage());
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), yaml);
    }
}
