package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.Nodes;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MediaPortsTest {
    /** Whoever copies it from there gets what was tried here. */
    @Test
    void theReadmeShowsIt() throws IOException {
        var source = Files.readString(Path.of("src/test/java/dev/closeout/example/MediaPorts.java"));
        var methods = source.substring(source.indexOf("    @Override"), source.lastIndexOf('}'));

        var readme = Files.readString(Path.of("..", "README.md"));
        assertTrue(readme.contains(methods.stripTrailing().stripIndent()), methods);
    }

    @Test
    void aNodeWithoutWorkersGivesTheClientsPortsBack() {
        try (var nodes = new Nodes()) {
            var workers = nodes.start("OWED_CLIENT_GONE", "[media-ports]");
            var mine = nodes.start("NODE_ROLES", "[sockets]");
            var givenBack = new CopyOnWriteArrayList<String>();
            var ports = new MediaPorts((client, generation) -> {
                givenBack.add(client);
                return Future.succeededFuture();
            });
            Eventually.done(mine.vertx().deployVerticle(ports));

            Nodes.comeAndGo(workers, "alice");
            nodes.awaitDone();
            assertEquals(List.of("alice"), givenBack);
        }
    }
}
