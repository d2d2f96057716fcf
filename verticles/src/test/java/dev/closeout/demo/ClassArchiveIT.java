package dev.closeout.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClassArchiveIT {
    /** The build goes on without one, so nothing else would tell that there is none any more. */
    @Test
    void whatTheBuildMakesIsTaken() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertEquals(1, ClassArchive.options(java, "target/closeout.jar").size());
    }
}
