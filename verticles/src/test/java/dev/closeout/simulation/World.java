package dev.closeout.simulation;

import dev.closeout.message.ConnectionId;
import dev.closeout.protocol.LaneRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everything there is in one schedule. Single-threaded, and the same again for the same seed. */
final class World {
    final Chance chance;
    final Setting setting;
    final Timeline timeline;
    final Checks checks;
    final Postgres postgres;
    final Bus bus;
    final Network network;
    final List<Host> hosts = new ArrayList<>();
    final List<String> clients;
    final @Nullable Broken broken;
    /** What lanes said of clients, by version: for the broken variant that counts up and down. */
    final Map<String, TreeMap<Long, Integer>> said = new HashMap<>();

    Weather weather;

    /** What it was before the calm. */
    final Weather storm;

    private final Trace trace;
    private final Counts[] sides;
    private boolean split;
    private boolean calm;
    private boolean wasSplit;

    World(long seed, @Nullable Broken broken, Trace trace) {
        this.chance = new Chance(seed);
        this.broken = broken;
        this.trace = trace;
        this.setting = Setting.of(chance);
        this.storm = setting.churn() ? Weather.churn() : Weather.storm(chance);
        this.weather = storm;
        this.timeline = new Timeline(chance);
        this.checks = new Checks(this);
        this.postgres = new Postgres(this);
        this.bus = new Bus(this);
        this.network = new Network(hosts, setting.hosts());
        this.sides = new Counts[] {new Counts(this), new Counts(this)};
        this.clients = IntStream.range(0, setting.clients())
                .mapToObj(number -> "c" + number)
                .toList();
        for (var i = 0; i < setting.hosts(); i++) {
            hosts.add(new Host(this, i));
        }
    }

    long now() {
        return timeline.now();
    }

    void say(String client, Supplier<String> text) {
        trace.say(timeline.sinceBeginning(), client, text);
    }

    /** How long a message is under way. */
    int latency() {
        return chance.of(weather.slow()) ? chance.between(1, 3_000) : chance.between(1, 4);
    }

    /** How long a copy of a message may wander about. */
    int lateness() {
        return chance.of(0.5) ? chance.between(0, 10) : chance.between(0, 20_000);
    }

    /** How long a step takes. */
    int work() {
        return chance.of(weather.slow()) ? chance.between(1, 2_000) : chance.between(0, 2);
    }

    /** How long a worker takes from one statement's answer to the next statement. */
    int gap() {
        return chance.of(weather.gap()) ? chance.between(3, 60) : work();
    }

    List<Host> upOn(int side) {
        return hosts.stream().filter(host -> host.isUp() && host.side == side).toList();
    }

    List<Host> workersOn(int side) {
        return hosts.stream()
                .filter(host -> host.isUp() && host.side == side && host.hasWorkers())
                .toList();
    }

    Counts counts(int side) {
        return sides[side];
    }

    Counts countsOf(Host host) {
        return sides[host.side];
    }

    boolean isSplit() {
        return split;
    }

    /** Whether it was ever split. */
    boolean wasSplit() {
        return wasSplit;
    }

    boolean isCalm() {
        return calm;
    }

    boolean isOfLane(ConnectionId id, LaneRow.Key lane) {
        return id.incarnation() == lane.incarnation() && id.number() % ConnectionId.LANES == lane.lane();
    }

    void split() {
        split = true;
        wasSplit = true;
        hosts.forEach(host -> host.side = chance.between(0, 1));
        say(
                "",
                () -> "split: "
                        + hosts.stream().map(host -> host + " on " + host.side).toList());
        sides[1].copyFrom(sides[0]);
        sides[chance.between(0, 1)].lose(chance.pick(0, 0.3));
    }

    void heal() {
        if (split) {
            split = false;
            say("", () -> "the split heals");
            hosts.forEach(host -> host.side = 0);
            sides[0].merge(sides[1]);
            sides[1].clear();
        }
    }

    /** What only the members that went had of the cells is lost. */
    void upMaybeLost() {
        for (var side = 0; side < sides.length; side++) {
            if (upOn(side).isEmpty()) {
                sides[side].clear();
            } else {
                sides[side].lose(chance.pick(0, 0, 0.3));
            }
        }
    }

    /** All faults end; at least one process lives. */
    void calm() {
        say("", () -> "from here on nothing fails");
        calm = true;
        weather = Weather.CALM;
        heal();
        network.openAll();
        postgres.comeBack();
        for (var host : hosts) {
            host.resume();
            if (!host.isUp() && chance.of(0.5)) {
                host.start();
            }
        }
        if (workersOn(0).isEmpty()) {
            hosts.stream().filter(Host::hasWorkers).findFirst().orElseThrow().start();
        }
    }
}
