package dev.closeout.simulation;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** The clients that a worker has yet to release; lost with it. */
final class Releases {
    private final Host host;
    private final World world;
    private final Retry retry;
    private final SortedSet<String> waiting = new TreeSet<>();
    private boolean underWay;

    Releases(Host host) {
        this.host = host;
        this.world = host.world;
        this.retry = new Retry(world.chance);
    }

    void add(Collection<String> clients) {
        waiting.addAll(clients);
        next();
    }

    private void next() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        underWay = true;
        var set = new TreeSet<>(waiting);
        waiting.clear();
        release(
                host,
                set,
                () -> {
                    retry.reset();
                    underWay = false;
                    next();
                },
                () -> {
                    waiting.addAll(set);
                    host.after(retry.next(), () -> {
                        underWay = false;
                        next();
                    });
                });
    }

    /** Lock, look again, act. */
    static void release(Host host, SortedSet<String> clients, Runnable done, Runnable failed) {
        var world = host.world;
        var rules = world.postgres.releasing;
        var session = Session.begin(host, failed);
        session.run(by -> rules.lock(by, clients), locked -> {
            world.say(String.join(" ", clients), () -> "%s locks %s for release".formatted(host, locked));
            var found = new TreeSet<>(locked);
            session.run(
                    by -> rules.markVacant(by, found),
                    marked -> session.run(
                            by -> rules.release(by, found), released -> session.commit(effects -> done.run())));
        });
    }
}
