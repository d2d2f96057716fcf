package dev.closeout.simulation;

import dev.closeout.message.ConnectionId;
import dev.closeout.protocol.ConnectionRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must be true some time after the last fault: rows, sockets and counts say the same. */
final class Settled {
    private final World world;
    private final Map<ConnectionId, Owner.Tracked> live = new HashMap<>();
    private final Set<Long> lives = new HashSet<>();

    private Settled(World world) {
        this.world = world;
    }

    /** What is not yet so; null when all is. */
    static @Nullable Violation missing(World world) {
        return new Settled(world).missing();
    }

    private @Nullable Violation missing() {
        for (var host : world.hosts) {
            if (host.isUp()) {
                var current = host.parts().lease().current();
                if (current == null) {
                    return new Violation(Invariant.I3, "", "%s has no incarnation".formatted(host));
                }
                lives.add(current);
                for (var owner : host.parts().owners()) {
                    if (owner.lane() == null || !owner.isSettled()) {
                        return new Violation(Invariant.I3, "", "a lane of %s is not settled".formatted(host));
                    }
                    lives.add(owner.lane().incarnation());
                    owner.live().forEach(tracked -> live.put(tracked.id, tracked));
                }
            }
        }
        var rows = wrongRow();
        return rows != null ? rows : wrongCount();
    }

    private @Nullable Violation wrongRow() {
        var ledger = world.postgres.ledger;
        for (var node : ledger.nodes.rows()) {
            if (!lives.contains(node.incarnation())) {
                return new Violation(
                        Invariant.I3, "", "incarnation %d is over and has its row".formatted(node.incarnation()));
            }
        }
        for (var row : ledger.connections.rows()) {
            if (!live.containsKey(row.id())) {
                return new Violation(Invariant.I3, row.client(), "%s has a row and does not live".formatted(row.id()));
            }
        }
        for (var tracked : live.values()) {
            if (ledger.connections.get(tracked.id) == null) {
                return new Violation(Invariant.I3, tracked.client, "%s lives and has no row".formatted(tracked.id));
            }
        }
        for (var client : ledger.clients.rows()) {
            if (ledger.connections.rows().stream().noneMatch(row -> isOf(row, client.client(), client.generation()))) {
                return new Violation(Invariant.I3, client.client(), "%s is not released".formatted(client.client()));
            }
        }
        return null;
    }

    private @Nullable Violation wrongCount() {
        for (var client : world.clients) {
            var counted = new HashMap<String, Integer>();
            live.values().stream()
                    .filter(tracked -> tracked.client.equals(client))
                    .forEach(tracked -> counted.merge(laneOf(tracked.id), 1, Integer::sum));
            var cells = new HashMap<String, Integer>();
            world.counts(0).cells(client).stream()
                    .filter(cell -> cell.connections() > 0)
                    .forEach(cell -> cells.put(cell.incarnation() + "/" + cell.lane(), cell.connections()));
            if (!counted.equals(cells)) {
                return new Violation(
                        Invariant.I4, client, "cells of %s say %s and not %s".formatted(client, cells, counted));
            }
        }
        return null;
    }

    private static boolean isOf(ConnectionRow row, String client, long generation) {
        return row.client().equals(client) && row.generation() == generation;
    }

    private static String laneOf(ConnectionId id) {
        return id.incarnation() + "/" + id.number() % ConnectionId.LANES;
    }
}
