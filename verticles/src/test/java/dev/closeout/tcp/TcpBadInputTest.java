package dev.closeout.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.Nodes;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input over TCP: each kind has its answer, leaves no row, and the next good client is welcomed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcpBadInputTest {
    private final Nodes nodes = Nodes.byDefault();
    private final TestDatabase database = nodes.database();
    private Node node;
    private Node guarded;

    @BeforeAll
    void start() {
        database.run("ALTER TABLE location ADD CONSTRAINT no_mallory CHECK (client <> 'mallory')");
        node = nodes.start("SOCKETS_HANDSHAKE_TIMEOUT", "1s", "TCP_IDLE_TIMEOUT", "1s", "TCP_LINE_LIMIT", "1024");
        guarded = nodes.start("SOCKETS_TOKEN", "open-sesame");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @AfterEach
    void nothingIsLeftAndTheNextIsWelcomed() {
        LineClient.welcomed(node.tcpPort(), "good").close();
        Eventually.equal(
                "rows left",
                0,
                () -> database.number(
                        """
                SELECT (SELECT count(*) FROM location) + (SELECT count(*) FROM closeout.connection)
                    + (SELECT count(*) FROM closeout.client)"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1 | ERROR bad-hello the first line must be: HELLO <clientId> [token]",
                "hello alice    | ERROR bad-hello the first line must be: HELLO <clientId> [token]",
                "HELLO          | ERROR bad-client-id the client id is empty",
                "HELLOalice     | ERROR bad-hello the first line must be: HELLO <clientId> [token]",
                "HELLO a b c    | ERROR bad-client-id the client id or the token has a space in it",
            })
    void refusesWhatIsNoHello(String line, String answer) {
        assertEquals(answer, answerTo(line + "\n"));
    }

    @Test
    void refusesAnEmptyClientId() {
        assertEquals("ERROR bad-client-id the client id is empty", answerTo("HELLO \n"));
    }

    @Test
    void refusesAClientIdThatIsTooLong() {
        assertEquals(
                "ERROR bad-client-id the client id has 257 bytes; at most 256 are allowed",
                answerTo("HELLO " + "x".repeat(257) + "\n"));
        LineClient.welcomed(node.tcpPort(), "x".repeat(256)).close();
    }

    @Test
    void refusesControlCharacters() {
        for (var bad : new String[] {"a\u0000", "\u0001", "a\u007Fb", "a\u0085", "a\tb"}) {
            assertEquals(
                    "ERROR bad-client-id the client id has a space or a control character",
                    answerTo("HELLO " + bad + "\n"));
        }
    }

    @Test
    void refusesWhatIsNotUtf8AndTakesWhatIs() {
        assertEquals(
                "ERROR bad-client-id the client id is not UTF-8",
                answerTo(new byte[] {'H', 'E', 'L', 'L', 'O', ' ', 'a', (byte) 0xff, '\n'}));
        LineClient.welcomed(node.tcpPort(), "Ωmega-\uD83D\uDE00").close();
    }

    @Test
    void refusesAHelloOf100Kilobytes() {
        assertEquals("ERROR line-too-long a line may have 1024 bytes", answerTo("HELLO " + "x".repeat(100_000) + "\n"));
    }

    @Test
    void refusesALineWithoutAnEnd() {
        assertEquals("ERROR line-too-long a line may have 1024 bytes", answerTo("HELLO " + "x".repeat(5_000)));
    }

    @Test
    void refusesBinaryNoise() {
        for (var seed = 0; seed < 20; seed++) {
            var noise = new byte[3_000];
            new Random(seed).nextBytes(noise);
            assertTrue(answerTo(noise).startsWith("ERROR "), "seed " + seed);
        }
    }

    @Test
    void refusesASecondHello() {
        try (var client = LineClient.welcomed(node.tcpPort(), "alice").send("HELLO bob\n")) {
            assertEquals("ERROR bad-hello this connection has said its hello", client.read());
            assertNull(client.read());
        }
        Eventually.equal(
                "its reason",
                1,
                () -> database.number(
                        "SELECT count(*) FROM journal WHERE client = 'alice' AND reason = 'protocol-error'"));
    }

    @Test
    void endsAConnectionWhoseLineIsTooLong() {
        try (var client = LineClient.welcomed(node.tcpPort(), "bob").send("x".repeat(2_000))) {
            assertEquals("ERROR line-too-long a line may have 1024 bytes", client.read());
            assertNull(client.read());
        }
    }

    /** A load balancer's check is answered, and does not lengthen the time for the hello. */
    @Test
    void refusesAPeerThatSaysNoHelloInTime() {
        try (var client = new LineClient(node.tcpPort()).send("PING are you there\n")) {
            assertEquals("PONG are you there", client.read());
            assertEquals("ERROR handshake-timeout no hello came in time", client.read());
            assertNull(client.read());
        }
    }

    @Test
    void endsAConnectionThatIsIdle() {
        try (var client = LineClient.welcomed(node.tcpPort(), "carol")) {
            assertEquals("ERROR idle nothing was read for too long", client.read());
            assertNull(client.read());
        }
        Eventually.equal(
                "its reason",
                1,
                () -> database.number("SELECT count(*) FROM journal WHERE client = 'carol' AND reason = 'idle'"));
    }

    @Test
    void readsWhatComesWithTheHelloOnlyAfterTheWelcome() {
        try (var client = new LineClient(node.tcpPort()).send("HELLO dave\r\nPING 1\r\nmessage\nPING 2\n")) {
            assertTrue(String.valueOf(client.read()).startsWith("WELCOME "));
            assertEquals("PONG 1", client.read());
            assertEquals("PONG 2", client.read());
        }
    }

    @Test
    void refusesAClientThatAHookDoesNotTake() {
        var answer = answerTo("HELLO mallory\n");
        assertTrue(answer.startsWith("ERROR refused ") && !answer.contains("mallory"), answer);
    }

    @Test
    void asksForTheToken() {
        for (var hello : new String[] {"HELLO erin", "HELLO erin wrong"}) {
            try (var client = new LineClient(guarded.tcpPort()).send(hello + "\n")) {
                assertEquals("ERROR not-allowed the token is missing or wrong", client.read());
                assertNull(client.read());
            }
        }
        try (var client = new LineClient(guarded.tcpPort()).send("HELLO erin open-sesame\n")) {
            assertTrue(String.valueOf(client.read()).startsWith("WELCOME "));
        }
    }

    private String answerTo(String text) {
        return answerTo(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer's line; that the connection is closed behind it is checked here. */
    private String answerTo(byte[] bytes) {
        try (var client = new LineClient(node.tcpPort())) {
            client.send(bytes);
            var answer = client.read();
            assertNull(client.read());
            return String.valueOf(answer);
        }
    }
}
