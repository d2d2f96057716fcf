package dev.closeout.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path folder;

    private Path jar;
    private Path archive;

    /** What is archived here. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {}
    }

    @BeforeEach
    void makeBoth() throws IOException, InterruptedException {
        jar = folder.resolve("program.jar");
        archive = folder.resolve("program.jsa");
        var name = Program.class.getName();
        var file = name.replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var in = Program.class.getClassLoader().getResourceAsStream(file)) {
            out.putNextEntry(new JarEntry(file));
            in.transferTo(out);
        }
        var made = new ProcessBuilder(
                        JAVA.toString(), "-XX:ArchiveClassesAtExit=" + archive, "-cp", jar.toString(), name)
                .inheritIO()
                .start();
        assertTrue(made.waitFor(60, TimeUnit.SECONDS));
        assertTrue(Files.isRegularFile(archive));
        assertTrue(archive.toFile().setWritable(true));
    }

    @Test
    void theOneBesideTheJarIsUsed() throws IOException {
        assertEquals(List.of("-XX:SharedArchiveFile=" + archive), options());
    }

    @Test
    void withoutOneThereIsNoOption() throws IOException {
        Files.delete(archive);
        assertEquals(List.of(), options());
        assertEquals(List.of(), ClassArchive.options(JAVA, folder.toString()));
    }

    @Test
    void oneOfAnotherJarIsLeftAside() throws IOException {
        Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
        assertEquals(List.of(), options());
    }

    @Test
    void oneThatIsNoneOrHalfOfOneIsLeftAside() throws IOException {
        var whole = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
        assertEquals(List.of(), options());
        Files.write(archive, new byte[] {1, 2, 3});
        assertEquals(List.of(), options());
    }

    private List<String> options() throws IOException {
        return ClassArchive.options(JAVA, jar.toString());
    }
}
