package dev.closeout.bench;

import dev.closeout.fixture.Swarm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** {@link NothingServer} as a process of its own, as the node is. */
final class NothingProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final int port;

    NothingProcess() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NothingServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        output = process.inputReader();
        port = Integer.parseInt(readLine("listening ").strip());
    }

    int port() {
        return port;
    }

    /** Closes all of the swarm; how long it takes until the server has seen it. */
    Duration closeAll(Swarm swarm) throws IOException {
        var begun = System.nanoTime();
        swarm.closeAll();
        readLine("all closed");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What follows the wanted words in the next line that begins with them. */
    private String readLine(String wanted) throws IOException {
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(wanted)) {
                return line.substring(wanted.length());
            }
        }
        throw new IOException("the server ended");
    }
}
