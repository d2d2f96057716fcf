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

class HelloLineTest {
    @Test
    void readsAClientIdAndAToken() {
        assertEquals(new HelloLine("alice", null, null), read("HELLO alice"));
        assertEquals(new HelloLine("alice", "open-sesame", null), read("HELLO alice open-sesame"));
        assertEquals(new HelloLine("sip:Ω@example.net", "Ω", null), read("HELLO sip:Ω@example.net Ω"));
        assertEquals(new HelloLine("HELLO", "HELLO", null), read("HELLO HELLO HELLO"));
    }

    @Test
    void aSpaceWithNothingBehindItIsNoToken() {
        assertEquals(new HelloLine("alice", null, null), read("HELLO alice "));
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
                var client = HelloLine.read(line).client();
                var bytes = client.getBytes(StandardCharsets.UTF_8).length;
                assertTrue(bytes >= 1 && bytes <= 256, "seed " + seed);
                assertTrue(client.codePoints().noneMatch(Character::isISOControl), "seed " + seed);
            } catch (IllegalArgumentException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("the client id "), "seed " + seed + ": " + e);
            }
        }
    }

    @Test
    void theLastWordMayAskToLinger() {
        assertEquals(new HelloLine("alice", null, "30s"), read("HELLO alice linger=30s"));
        assertEquals(new HelloLine("alice", "open-sesame", ""), read("HELLO alice open-sesame linger="));
        assertEquals(new HelloLine("linger=1s", "linger=2s", "3s"), read("HELLO linger=1s linger=2s linger=3s"));
        assertEquals("the client id or the token has a space in it", refusal("HELLO alice linger=30s token"));
    }

    private static HelloLine read(String line) {
        return HelloLine.read(Buffer.buffer(line));
    }

    private static String refusal(String line) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(line)).getMessage());
    }
}
