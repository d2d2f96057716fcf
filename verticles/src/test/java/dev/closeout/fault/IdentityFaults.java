package dev.closeout.fault;

import dev.closeout.fixture.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What is done to that by which nodes and clients prove who they are, while nodes die. */
final class IdentityFaults {
    static final List<Fault> ALL = List.of(
            new Fault("certificate-swapped", IdentityFaults::swapCertificate),
            new Fault("jwks-away", IdentityFaults::takeKeysAway));

    /** A node looks every ten seconds; then a machine that is busy. */
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(40);

    private IdentityFaults() {}

    /** Nobody is ended by it on a node that runs; whoever comes from then on sees the new one, on all. */
    private static void swapCertificate(Scene scene) throws IOException {
        var cluster = scene.cluster();
        var dead = scene.anyNode();
        var stay = Stay.elsewhere(scene, dead);
        var began = System.nanoTime();
        cluster.node(dead).kill();
        cluster.identities().renew();
        cluster.restart(dead);
        cluster.awaitReady();
        Eventually.is(
                "all show the new certificate",
                SEEN_WITHIN,
                () -> cluster.entrances().stream().allMatch(node -> shows(cluster, node)),
                () -> cluster.entrances().stream()
                        .filter(node -> !shows(cluster, node))
                        .toList()
                        .toString());
        scene.note("new certificate on all %.1f s after".formatted((System.nanoTime() - began) / 1e9));
        scene.clients().awaitService();
        stay.check();
    }

    /** At every port that speaks TLS. */
    private static boolean shows(Cluster cluster, int node) {
        var host = cluster.network().nodeHost(node);
        var ports = cluster.node(node).ports();
        return cluster.identities().isShown(host, ports.tls())
                && (!ports.overTls() || cluster.identities().isShown(host, ports.http()));
    }

    /** Nodes that run let in whom they know the key of; one that starts meanwhile has no keys, and says to try again later. */
    private static void takeKeysAway(Scene scene) {
        var cluster = scene.cluster();
        var clients = scene.clients();
        var started = scene.anyNode();
        var issuer = cluster.identities().issuer();
        issuer.goDown();
        try {
            cluster.node(started).kill();
            cluster.restart(started);
            cluster.node(started).awaitReady();
            for (var node : cluster.entrances()) {
                if (node != started) {
                    clients.awaitWelcomes(node, "with tokens", issuer::token);
                }
            }
            clients.awaitWelcomes(started, "with the word", client -> Identities.WORD);
            clients.awaitPutOff(started, "with tokens", issuer::token);
        } finally {
            issuer.comeUp();
        }
        clients.awaitWelcomes(started, "with tokens", issuer::token);
    }
}
