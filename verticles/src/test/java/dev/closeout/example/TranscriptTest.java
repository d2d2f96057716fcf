package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on TLS shows of a terminal: typed again as it is written there, but for the ports, it comes out the same. */
@Tag("openssl")
@Tag("curl")
class TranscriptTest {
    private static final Pattern SETTING = Pattern.compile("CLOSEOUT_([A-Z_]+)=(\\S+)");
    private static final String TYPED = "HELLO ";
    private static final String ENDED = "^C";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void openSslAndCurlAreWelcomedOverTls() throws IOException, InterruptedException {
        // How a certificate is made, and after an empty line how a node is started with it.
        var server = Pages.example("sh", "-keyout node.key").split("\n\n", 2);
        var made = start(server[0]);
        assertTrue(made.waitFor(1, TimeUnit.MINUTES));
        try (var nodes = new Nodes()) {
            var node = nodes.start(settings(server[1]));
            var transcript = Pages.example("sh", "openssl s_client -quiet -verify_return_error")
                    .replace(":7443", ":" + node.tlsPort())
                    .replace(":8080", ":" + node.httpPort());
            var commands = transcript.substring(2).split("\n\\$ ", -1);
            assertEquals(2, commands.length, transcript);
            for (var command : commands) {
                run(command.lines().toList());
            }
            nodes.awaitDone();
        }
    }

    /** What it is told, on free ports. */
    private String[] settings(String command) {
        return SETTING.matcher(command)
                .results()
                .flatMap(found -> Stream.of(found.group(1), value(found.group(1), found.group(2))))
                .toArray(String[]::new);
    }

    private String value(String key, String written) {
        var file = folder.resolve(written);
        return key.endsWith("_PORT") ? "0" : Files.exists(file) ? file.toString() : written;
    }

    /** A command, then what is typed and what is printed. */
    private void run(List<String> lines) throws IOException {
        assertEquals(ENDED, lines.get(lines.size() - 1));
        var shown = lines.subList(1, lines.size() - 1);
        var process = start("exec " + lines.get(0));
        try (var input = process.outputWriter();
                var output = process.inputReader(StandardCharsets.UTF_8)) {
            var printed = new ArrayList<String>();
            for (var line : shown) {
                if (line.startsWith(TYPED)) {
                    input.write(line + "\n");
                    input.flush();
                    printed.add(line);
                } else {
                    printed.add(output.readLine());
                }
            }
            assertEquals(anyConnection(shown), anyConnection(printed));
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> anyConnection(List<String> lines) {
        return lines.stream()
                .map(line -> String.valueOf(line).replaceAll("\\d+-\\d+", "1-1026"))
                .toList();
    }

    private Process start(String command) throws IOException {
        return new ProcessBuilder(Arrays.asList("sh", "-c", command))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
