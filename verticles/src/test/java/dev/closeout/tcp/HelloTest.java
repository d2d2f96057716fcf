package dev.closeout.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelloTest {
    @Test
    void readsAClientIdAndAToken() {
        assertEquals(new Hello("alice", null), read("HELLO alice"));
        assertEquals(new Hello("alice", "open-sesame"), read("HELLO alice open-sesame"));
        assertEquals(new Hello("sip:Ω@example.net", "Ω"), read("HELLO sip:Ω@example.net Ω"));
        assertEquals(new Hello("HELLO", "HELLO"), read("HELLO HELLO HELLO"));
    }

    @Test
    void aSpaceWithNothingBehindItIsNoToken() {
        assertEquals(new Hello("alice", null), read("HELLO alice "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "hello alice", "HELL", "HELLOalice", " HELLO alice", "HELLO\talice", "GET / HTTP/1.1"})
    void refusesWhatIsNoHello(String line) {
        assertEquals("the first line must be: HELLO <clientId> [token]", refusal(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HELLO", "HELLO ", "HELLO  alice"})
    void refusesAnEmptyClientId(String line) {
        assertEquals("the client id is empty", refusal(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HELLO a b c", "HELLO a  b", "HELLO a b "})
    void refusesMoreThanTwoWords(String line) {
        assertEquals("the client id or the token has a space in it", refusal(line));
    }

    @Test
    void whateverComesIsReadOrRefusedInASentence() {
        for (var seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            var noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            var line = Buffer.buffer("HELLO ").appendBytes(noise);
            try {
                var client = Hello.read(line).client();
                var bytes = client.getBytes(StandardCharsets.UTF_8).length;
                assertTrue(bytes >= 1 && bytes <= 256, "seed " + seed);
                assertTrue(client.codePoints().noneMatch(Character::isISOControl), "seed " + seed);
            } catch (IllegalArgumentException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("the client id "), "seed " + seed + ": " + e);
            }
        }
    }

    private static Hello read(String line) {
        return Hello.read(Buffer.buffer(line));
    }

    private static String refusal(String line) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(line)).getMessage());
    }
}
