package dev.closeout.simulation;

import dev.closeout.simulation.Network.Way;
import java.util.ArrayList;
import java.util.List;

/** Cuts of the network around one process: from all, from some, one way only, and such as come and go. */
final class Cuts {
    /** Longer than a lease: time enough for others to judge, and for a judge that was cut off to judge again. */
    private static final int LONGEST = 27_000;

    private final World world;
    private final Chance chance;

    Cuts(World world) {
        this.world = world;
        this.chance = world.chance;
    }

    void anyOf(Host host) {
        var ways = ways(host);
        world.say("", () -> "the network is cut: " + ways);
        if (chance.of(0.3)) {
            flap(ways, world.now() + chance.between(3_000, LONGEST));
        } else {
            cut(ways, chance.between(100, LONGEST));
        }
    }

    /** Everything to and from a host is lost. */
    void vanish(Host host) {
        var ways = new ArrayList<Way>();
        world.hosts.stream().filter(other -> other != host).forEach(other -> add(ways, host.number, other.number, 0));
        world.say("", () -> host + " vanishes");
        cut(ways, chance.between(5_000, LONGEST));
    }

    private void flap(List<Way> ways, long until) {
        if (world.now() >= until || world.isCalm()) {
            return;
        }
        var length = chance.between(200, 5_000);
        cut(ways, length);
        world.timeline.after(length + chance.between(200, 5_000), () -> flap(ways, until));
    }

    private void cut(List<Way> ways, long length) {
        world.network.cut(ways);
        world.timeline.after(length, () -> {
            if (!world.isCalm()) {
                world.say("", () -> "the network carries again: " + ways);
                world.network.open(ways);
            }
        });
    }

    private List<Way> ways(Host host) {
        var ways = new ArrayList<Way>();
        var direction = chance.between(0, 3);
        var peers = chance.of(0.6);
        var database = !peers || chance.of(0.6);
        if (peers) {
            var one = world.hosts.size() > 2 && chance.of(0.4) ? chance.pick(world.hosts) : null;
            for (var other : world.hosts) {
                if (other != host && (one == null || one == other)) {
                    add(ways, host.number, other.number, direction);
                }
            }
        }
        if (database) {
            var all = chance.of(0.2);
            for (var one : world.hosts) {
                if (all || one == host) {
                    add(ways, one.number, Network.DATABASE, direction);
                }
            }
        }
        return ways;
    }

    /** Both ways mostly. */
    private static void add(List<Way> ways, int from, int to, int direction) {
        if (direction != 1) {
            ways.add(new Way(from, to));
        }
        if (direction != 2) {
            ways.add(new Way(to, from));
        }
    }
}
