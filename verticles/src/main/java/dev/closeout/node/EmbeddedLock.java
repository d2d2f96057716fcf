package dev.closeout.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of the processes of this machine one at a time starts, or looks for, an embedded PostgreSQL at a port. */
final class EmbeddedLock {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedLock.class);

    private EmbeddedLock() {}

    /** Waits for its turn, then does the work. The system frees the lock of a process that dies. */
    static <T> T holding(int port, Supplier<T> work) {
        var file = Path.of(System.getProperty("java.io.tmpdir"), "closeout-embedded-%d.lock".formatted(port));
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            log.debug("Holding {}", lock);
            return work.get();
        } catch (IOException e) {
            // Another user's: without it, of two nodes that start together both may try.
            log.debug("{} cannot be locked", file, e);
            return work.get();
        }
    }
}
