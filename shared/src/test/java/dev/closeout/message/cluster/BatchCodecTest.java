package dev.closeout.message.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private final BatchCodec codec = new BatchCodec();

    @Test
    void readsWhatItWrote() {
        var opens = List.of(
                new Batch.Open(1, "alice", Transport.TCP, "127.0.0.1:1", 5),
                new Batch.Open(Long.MAX_VALUE, "Ωmega-\uD83D\uDE00", Transport.WEBSOCKET, "[::1]:2", -1, 30_000, 7));
        var closes = List.of(CloseReason.values()).stream()
                .map(reason -> new Batch.Close(reason.code(), reason, 7))
                .toList();
        var batch = new Batch(9, 1023, "a-nonce", 3, 2, opens, closes, List.of(new Batch.Count("alice", 2)));
        var wire = Buffer.buffer("before");
        codec.encodeToWire(wire, batch);

        assertEquals(batch, codec.decodeFromWire(6, wire));
    }

    @Test
    void refusesAFormItDoesNotKnow() {
        assertThrows(IllegalArgumentException.class, () -> codec.decodeFromWire(0, Buffer.buffer(new byte[] {9, 9})));
    }
}
