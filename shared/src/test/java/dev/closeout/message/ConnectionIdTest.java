package dev.closeout.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionIdTest {
    @Test
    void isReadAsItIsWritten() {
        var largest = new ConnectionId(999_999_999_999_999_999L, 999_999_999_999_999_999L);

        assertEquals(new ConnectionId(1, 1026), ConnectionId.read("1-1026"));
        assertEquals(largest, ConnectionId.read(largest.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "1-",
                "-1",
                "01-1",
                "1-01",
                "+1-1",
                "1--1",
                " 1-1",
                "1-1\n",
                "1-1-1",
                "1-0x10",
                "\u0661-1",
                "1000000000000000000-1",
                "1-1000000000000000000"
            })
    void refusesEverythingElse(String text) {
        var refused = assertThrows(ReplyException.class, () -> ConnectionId.read(text));

        assertEquals(Failure.BAD_MESSAGE, Failure.of(refused));
    }
}
