package dev.closeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One idea a file: whatever is longer than {@value #LINES} lines has its reason here. */
class LongFilesTest {
    private static final int LINES = 250;

    private static final Map<String, String> REASONS = Map.of(
            "Connections", "the table of connections and the one function that ends one may not be parted",
            "GuardedSocket", "passes 23 methods of Vert.x's interface on",
            "Lane", "the rules of a stream of batches, which hold only together",
            "TcpSession", "one state machine, from the hello to the goodbye",
            "WebSocketSession", "one state machine, from the upgrade to the goodbye");

    /** Tests are as long as what they tell has cases. */
    @Test
    void haveAReason() throws IOException {
        var found = new TreeSet<String>();
        for (var sources : new String[] {"../shared/src/main/java", "src/main/java"}) {
            try (Stream<Path> files = Files.walk(Path.of(sources))) {
                for (var file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    if (Files.readAllLines(file).size() > LINES) {
                        found.add(file.getFileName().toString().replace(".java", ""));
                    }
                }
            }
        }

        assertEquals(new TreeSet<>(REASONS.keySet()), found);
    }
}
