package dev.closeout.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "sip:alice@example.net", "Ωmega", "\uD83D\uDE00"})
    void takesWhatHasNoSpaceAndNoControlCharacter(String id) {
        assertEquals(id, ClientId.read(id.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a\u0000", "\u007F", "a\u00A0b", "a\u2028b", "a\u0085b"})
    void refusesWhatHas(String id) {
        assertThrows(IllegalArgumentException.class, () -> ClientId.read(id.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\u200Bb", "a\u200Db", "\uFEFFa", "a\u2060b", "a\u00ADb", "a\u202Eb", "\u2066a", "\uDB40\uDC41"
            })
    void refusesWhatIsNotSeen(String id) {
        assertThrows(IllegalArgumentException.class, () -> ClientId.read(id.getBytes(UTF_8)));
    }

    @Test
    void tellsComposedFromDecomposed() {
        var composed = ClientId.read("Zo\u00EB".getBytes(UTF_8));
        var decomposed = ClientId.read("Zoe\u0308".getBytes(UTF_8));
        assertNotEquals(composed, decomposed);
        assertEquals("Zoe\u0308", decomposed);
    }

    @Test
    void countsBytesNotCharacters() {
        assertEquals(128, ClientId.read("ä".repeat(128).getBytes(UTF_8)).length());
        assertThrows(
                IllegalArgumentException.class,
                () -> ClientId.read("ä".repeat(129).getBytes(UTF_8)));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThrows(IllegalArgumentException.class, () -> ClientId.read(new byte[] {'a', (byte) 0xff}));
        assertThrows(IllegalArgumentException.class, () -> ClientId.read(new byte[] {(byte) 0xc0, (byte) 0x80}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\u0000", "\uD83D"})
    void refusesWhatHasInAMessage(String id) {
        var refused = assertThrows(ReplyException.class, () -> ClientId.check(id));

        assertEquals(Failure.BAD_MESSAGE, Failure.of(refused));
    }
}
