package dev.closeout.simulation;

import dev.closeout.protocol.ConnectionRow;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Looks for dead lives a few times per lease and cleans up after them. */
final class Reaper {
    private static final long NEVER = -1;

    private final Host host;
    private final World world;
    private final Postgres postgres;
    private final Releases releases;
    private final Queue<Long> dead = new ArrayDeque<>();
    private long answeringSince = NEVER;
    private long answeredAt;

    Reaper(Host host) {
        this.host = host;
        this.world = host.world;
        this.postgres = world.postgres;
        this.releases = new Releases(host);
    }

    void start() {
        host.after(Setting.LOOK, this::look);
    }

    private void look() {
        dead.clear();
        var session = Session.begin(host, this::failed);
        session.run(postgres.reaping::dead, found -> {
            session.rollback();
            if (mayJudge()) {
                dead.addAll(found);
            }
            reapNext();
        });
    }

    private void failed() {
        answeringSince = NEVER;
        start();
    }

    private boolean mayJudge() {
        // A look that comes late may have slept through an outage.
        var late = world.now() - answeredAt > Setting.LEASE / 2 && world.broken != Broken.SLEPT_THROUGH_OUTAGE;
        if (answeringSince == NEVER || late) {
            answeringSince = world.now();
        }
        answeredAt = world.now();
        return world.broken == Broken.JUDGED_AT_ONCE || world.now() - answeringSince >= Setting.LEASE;
    }

    private void reapNext() {
        var incarnation = dead.poll();
        if (incarnation == null) {
            start();
        } else if (world.broken == Broken.REAPED_IN_ONE_STATEMENT) {
            reapInOneStatement(incarnation);
        } else {
            fence(incarnation);
        }
    }

    private void fence(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(by -> postgres.reaping.fenceNode(by, incarnation), fenced -> {
            if (!fenced) {
                session.rollback();
                reapNext();
                return;
            }
            session.run(by -> postgres.reaping.fenceLanes(by, incarnation), lanes -> {
                session.onCommit(() -> world.checks.fenced(incarnation));
                session.commit(effects -> closeSome(incarnation));
            });
        });
    }

    private void closeSome(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(
                by -> postgres.reaping.lockSome(by, incarnation),
                rows -> session.run(
                        by -> postgres.reaping.close(by, rows),
                        closed -> session.commit(effects -> closedSome(incarnation, rows))));
    }

    private void closedSome(long incarnation, List<ConnectionRow> rows) {
        if (!rows.isEmpty()) {
            releases.add(rows.stream().map(ConnectionRow::client).toList());
            closeSome(incarnation);
            return;
        }
        if (world.broken != Broken.DEAD_CELLS_STAY) {
            releases.add(world.countsOf(host).takeOut(incarnation));
        }
        bury(incarnation);
    }

    private void bury(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(by -> postgres.reaping.bury(by, incarnation), buried -> session.commit(effects -> reapNext()));
    }

    /** The broken variant: one view for all, older than the locks that it waits for. */
    private void reapInOneStatement(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(
                by -> {
                    var rules = postgres.reaping;
                    var fenced = rules.fenceNode(by, incarnation);
                    if (fenced) {
                        rules.fenceLanes(by, incarnation);
                        rules.close(by, rules.lockSome(by, incarnation));
                        postgres.lives.leave(by, incarnation);
                    }
                    return fenced;
                },
                fenced -> session.commit(effects -> reapNext()));
    }
}
