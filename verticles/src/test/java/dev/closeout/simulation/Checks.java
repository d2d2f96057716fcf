package dev.closeout.simulation;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.protocol.Effect;
import dev.closeout.protocol.LaneRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What must hold after each step. */
final class Checks {
    private final World world;
    private final Set<ConnectionId> opened = new HashSet<>();
    private final Set<ConnectionId> closed = new HashSet<>();
    private final Set<Long> gone = new HashSet<>();
    /** When a client was last seen to have a connection, in milliseconds. */
    private final Map<String, Long> connectedAt = new HashMap<>();

    Checks(World world) {
        this.world = world;
    }

    void committed(List<Effect> effects) {
        for (var effect : effects) {
            if (effect instanceof Effect.Opened open) {
                opened(open);
            } else if (effect instanceof Effect.Closed close) {
                closed(close);
            }
        }
        // What is gone is looked at last: the transaction stands as a whole.
        for (var effect : effects) {
            if (effect instanceof Effect.Gone one) {
                gone(one);
            }
        }
    }

    private void opened(Effect.Opened effect) {
        var row = effect.row();
        world.say(row.client(), () -> "opened %s of %s in generation %d"
                .formatted(row.id(), row.client(), row.generation()));
        writes(row.id().incarnation(), row.client());
        hold(opened.add(row.id()), Invariant.I2, row.client(), () -> "%s is opened twice".formatted(row.id()));
        connectedAt.put(row.client(), world.now());
    }

    private void closed(Effect.Closed effect) {
        var row = effect.row();
        world.say(row.client(), () -> "closed %s of %s".formatted(row.id(), row.client()));
        if (effect.byOwner()) {
            writes(row.id().incarnation(), row.client());
        }
        hold(closed.add(row.id()), Invariant.I2, row.client(), () -> "%s is closed twice".formatted(row.id()));
        connectedAt.put(row.client(), world.now());
    }

    private void gone(Effect.Gone effect) {
        var client = effect.row().client();
        world.say(client, () -> "gone %s, generation %d"
                .formatted(client, effect.row().generation()));
        var connected =
                world.postgres.ledger.connections.any(row -> row.client().equals(client));
        hold(!connected, Invariant.I1, client, () -> "%s is gone and connected".formatted(client));
        hold(gone.add(effect.row().generation()), Invariant.I2, client, () -> "%s is gone twice".formatted(client));
        var away = world.now() - connectedAt.getOrDefault(client, 0L);
        hold(away >= world.setting.linger(), Invariant.LINGER, client, () -> "%s was away for %d ms only"
                .formatted(client, away));
    }

    private void writes(long incarnation, String client) {
        var node = world.postgres.ledger.nodes.get(incarnation);
        hold(node != null && !node.fenced(), Invariant.I5, client, () -> "incarnation %d writes"
                .formatted(incarnation));
    }

    void laneOpened(LaneRow.Key lane) {
        writes(lane.incarnation(), "");
    }

    /** An owner takes a batch for applied. */
    void acknowledged(Batch batch, BatchApplied answer, Set<Long> live) {
        var ledger = world.postgres.ledger;
        var node = ledger.nodes.get(batch.incarnation());
        if (node == null || node.fenced()) {
            return;
        }
        var refused =
                answer.refused().stream().map(BatchApplied.Refused::connection).collect(Collectors.toSet());
        for (var open : batch.opens()) {
            var id = new ConnectionId(batch.incarnation(), open.number());
            if (live.contains(open.number()) && !refused.contains(open.number())) {
                hold(ledger.connections.get(id) != null, Invariant.WELCOME, open.client(), () -> "%s has no row"
                        .formatted(id));
            }
        }
        for (var close : batch.closes()) {
            var row = ledger.connections.get(new ConnectionId(batch.incarnation(), close.number()));
            if (row != null) {
                throw new Violation(Invariant.I3, row.client(), "%s is closed and has a row".formatted(row.id()));
            }
        }
    }

    /**
     * An incarnation is declared dead: its node must be, or asleep, or have ended it itself.
     *
     * @param asked whether the judge has asked the node first, and heard nothing
     */
    void fenced(long incarnation, Host judge, boolean asked) {
        world.say("", () -> "incarnation %d is fenced by %s".formatted(incarnation, judge));
        for (var host : world.hosts) {
            if (host.isAwake()) {
                var lease = host.parts().lease();
                var current = lease.current();
                hold(
                        lease.isStopping()
                                || current == null
                                || current != incarnation
                                || (asked && isStranger(judge, lease)),
                        Invariant.JUDGED,
                        "",
                        () -> "%s is awake and lives as %d, which is fenced".formatted(host, incarnation));
                hold(
                        (current != null && current == incarnation) || !serves(host, incarnation),
                        Invariant.JUDGED,
                        "",
                        () -> "%s ended %d and serves under it, which is fenced".formatted(host, incarnation));
            }
        }
    }

    private static boolean serves(Host host, long incarnation) {
        return host.parts().owners().stream()
                .anyMatch(owner -> owner.lane() != null
                        && owner.lane().incarnation() == incarnation
                        && !owner.live().isEmpty());
    }

    /**
     * Whether a judge joined after the node last heard of the database, and the two were never in touch since: nothing can
     * tell a node apart then that lives on by the word of those it knows, and one that is dead. It waits for a lease.
     */
    private boolean isStranger(Host judge, Lease lease) {
        return !isEverybodyInReach()
                && (lease.knowsNot(judge.process().process())
                        || lease.wasNotIntroducedBefore(judge.process().process()))
                && world.postgres.ledger.nodes.rows().stream()
                        .anyMatch(row -> row.process().equals(judge.process().process())
                                && world.now() - row.joinedAt() >= Setting.LEASE);
    }

    private boolean isEverybodyInReach() {
        return world.network.wasWhole()
                && !world.wasSplit()
                && world.storm.loss() == 0
                && world.storm.slow() == 0
                && world.hosts.stream().noneMatch(Host::wasPaused);
    }

    /** A node ends its incarnation because nobody renews it. While all processes that run reach each other, none has to. */
    void cutOff(Host host) {
        hold(!isEverybodyInReach(), Invariant.STAYS, "", () -> "%s ends its incarnation, and nobody is out of reach"
                .formatted(host));
    }

    /** An owner's table has changed. */
    static void counted(String owner, long opened, long closed, int live) {
        hold(opened == closed + live, Invariant.I9, "", () -> "%s opened %d, closed %d and has %d"
                .formatted(owner, opened, closed, live));
    }

    private static void hold(boolean holds, Invariant invariant, String client, Supplier<String> text) {
        if (!holds) {
            throw new Violation(invariant, client, text.get());
        }
    }
}
