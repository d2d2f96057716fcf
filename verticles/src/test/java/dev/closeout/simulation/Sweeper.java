package dev.closeout.simulation;

import java.util.TreeSet;

/** Releases, now and then, what nothing else has set off. */
final class Sweeper {
    private final Host host;
    private final World world;

    Sweeper(Host host) {
        this.host = host;
        this.world = host.world;
    }

    void start() {
        if (world.broken != Broken.NO_SWEEP) {
            host.after(Setting.SWEEP, this::sweep);
        }
    }

    private void sweep() {
        var session = Session.begin(host, this::start);
        session.run(world.postgres.releasing::due, due -> {
            session.rollback();
            if (due.isEmpty()) {
                start();
            } else {
                Releases.release(host, new TreeSet<>(due), this::start, this::start);
            }
        });
    }
}
