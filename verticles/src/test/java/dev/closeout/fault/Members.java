package dev.closeout.fault;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How many members each node sees, as its readiness tells. */
final class Members {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final String ALL = "\"members\":" + Cluster.NODES;

    private final HttpClient http;
    private final Cluster cluster;

    Members(Cluster cluster) {
        this.cluster = cluster;
        this.http = HttpClient.newBuilder()
                .sslContext(cluster.identities().client())
                .build();
    }

    boolean allSeeAll() {
        return nodes().allMatch(node -> readiness(node).contains(ALL));
    }

    /** For a report. */
    String seen() {
        return nodes().mapToObj(this::readiness).collect(Collectors.joining(" "));
    }

    private static IntStream nodes() {
        return IntStream.range(0, Cluster.NODES);
    }

    private String readiness(int node) {
        var ports = cluster.node(node).ports();
        var uri = URI.create("%s://%s:%d/health/ready"
                .formatted(ports.overTls() ? "https" : "http", cluster.network().nodeHost(node), ports.http()));
        try {
            return http.send(
                            HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
