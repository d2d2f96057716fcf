package dev.closeout.simulation;

import java.util.Arrays;
import java.util.List;

/** Which way something gets through: between each two processes, and between each process and the database. */
final class Network {
    private final List<Host> hosts;
    /** How often each way is cut, by number of host; the last one is the database's. Cuts may overlap. */
    private final int[][] cuts;

    private boolean wasWhole = true;

    /** One way between two; {@link #DATABASE} stands for the database. */
    record Way(int from, int to) {
        boolean touchesDatabase() {
            return from == DATABASE || to == DATABASE;
        }
    }

    static final int DATABASE = -1;

    Network(List<Host> hosts, int size) {
        this.hosts = hosts;
        this.cuts = new int[size + 1][size + 1];
    }

    boolean carries(Host from, Host to) {
        return from == to || cuts[from.number][to.number] == 0;
    }

    boolean reachesDatabase(Host host) {
        return cuts[host.number][cuts.length - 1] == 0;
    }

    boolean hearsDatabase(Host host) {
        return cuts[cuts.length - 1][host.number] == 0;
    }

    /** Whether no way between processes was ever cut. */
    boolean wasWhole() {
        return wasWhole;
    }

    /** Cuts the ways, and opens those that were cut. */
    void cut(List<Way> ways) {
        for (var way : ways) {
            cuts[place(way.from())][place(way.to())]++;
            wasWhole &= way.touchesDatabase();
            if (way.touchesDatabase()) {
                var host = hosts.get(Math.max(way.from(), way.to()));
                host.world.postgres.cutOff(host, way.to() == DATABASE);
            }
        }
    }

    void open(List<Way> ways) {
        for (var way : ways) {
            var row = cuts[place(way.from())];
            row[place(way.to())] = Math.max(0, row[place(way.to())] - 1);
        }
    }

    void openAll() {
        for (var row : cuts) {
            Arrays.fill(row, 0);
        }
    }

    private int place(int number) {
        return number == DATABASE ? cuts.length - 1 : number;
    }
}
