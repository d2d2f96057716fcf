package dev.closeout.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.NodeProcess;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassRecordingTest {
    /** A build has no database, and its archive must hold what a node loads up to there at least. */
    @Test
    void comesAsFarAsTheDatabaseAndEnds() throws InterruptedException {
        var ended = NodeProcess.run(Map.of(), "record-classes");

        assertEquals(0, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains("Connection to 127.0.0.1:1 refused"), ended.output());
    }
}
