package dev.closeout.bench;

import dev.closeout.bench.report.Measure;
import dev.closeout.fixture.Swarm;
import java.time.Duration;
import java.util.List;

/**
 * What no gateway can be faster than on this machine: to see as many sockets close and do nothing, and then one session that
 * deletes as many rows by sets.
 */
final class Limit implements AutoCloseable {
    private static final int SET = 1_000;
    private static final Measure BARE = Measure.of("10,000 closes, nothing done", "ms");
    private static final Measure DIRECT = Measure.of("10,000 rows deleted by sets of 1,000", "ms");

    private final NothingProcess nothing;
    private final BenchDatabase database;
    private final Direct direct;
    private final Swarm swarm = new Swarm();

    Limit(BenchDatabase.Server server) throws Exception {
        this.nothing = new NothingProcess();
        this.database = server.create();
        this.direct = new Direct(database);
    }

    /** Both, once. */
    record Turn(Duration bare, Duration sets) {
        double millis() {
            return Run.millis(bare.plus(sets));
        }

        void addTo(Run run) {
            run.report().add(BARE, false, Run.millis(bare));
            run.report().add(DIRECT, false, Run.millis(sets));
        }
    }

    Turn measure() throws Exception {
        Workload.open(swarm, List.of(nothing.port()), Bench.CONNECTIONS);
        var bare = nothing.closeAll(swarm);
        direct.fill(Bench.CONNECTIONS);
        return new Turn(bare, direct.deleteInSets(Bench.CONNECTIONS, SET));
    }

    @Override
    public void close() {
        nothing.close();
        swarm.close();
        database.close();
    }
}
