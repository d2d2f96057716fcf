package dev.closeout.simulation;

import dev.closeout.protocol.ConnectionRow;
import dev.closeout.protocol.NodeRow;
import dev.closeout.tenure.Promises;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/** Looks for dead lives a few times per lease and cleans up after them. */
final class Reaper {
    private static final long NEVER = -1;

    private final Host host;
    private final World world;
    private final Postgres postgres;
    private final Releases releases;
    private final Promises promises;
    /** When lives whose lease had run out first said that they are held. */
    private final Map<Long, Long> heldSince = new HashMap<>();

    private final Queue<Long> dead = new ArrayDeque<>();
    /** Incarnations that were asked in this look. */
    private final Set<Long> asked = new HashSet<>();

    private long answeringSince = NEVER;
    private long answeredAt;

    Reaper(Host host, Promises promises) {
        this.host = host;
        this.promises = promises;
        this.world = host.world;
        this.postgres = world.postgres;
        this.releases = new Releases(host);
    }

    void start() {
        host.after(Setting.LOOK, this::look);
    }

    private void look() {
        dead.clear();
        asked.clear();
        var session = Session.begin(host, this::failed);
        session.run(postgres.reaping::dead, found -> {
            var rows = found.stream()
                    .map(postgres.ledger.nodes::get)
                    .filter(Objects::nonNull)
                    .toList();
            session.rollback();
            var may = mayJudge();
            heldSince.keySet().retainAll(found);
            askAll(rows, mute -> {
                if (may) {
                    dead.addAll(mute);
                }
                reapNext();
            });
        });
    }

    /** Asks those who lived the lives; completes with the lives that nobody says to live. */
    private void askAll(List<NodeRow> rows, Consumer<List<Long>> done) {
        var mute = new ArrayList<Long>();
        var left = new int[] {rows.size()};
        if (rows.isEmpty()) {
            done.accept(mute);
        }
        for (var row : rows) {
            ask(row, held -> {
                if (!held) {
                    mute.add(row.incarnation());
                }
                if (--left[0] == 0) {
                    done.accept(mute);
                }
            });
        }
    }

    private void ask(NodeRow row, Consumer<Boolean> done) {
        if (row.fenced()) {
            // Whoever fenced it has asked.
            asked.add(row.incarnation());
            done.accept(false);
            return;
        }
        if (world.broken == Broken.REAPED_UNASKED) {
            done.accept(false);
            return;
        }
        asked.add(row.incarnation());
        world.bus.<Boolean>askProcess(
                host,
                row.process(),
                Setting.LAPSED_TIMEOUT,
                (asked, reply) -> reply.answer(asked.parts().lease().lapsed(row.incarnation(), host.process())),
                outcome -> {
                    var held = Boolean.TRUE.equals(outcome.answer());
                    if (held) {
                        heldSince.putIfAbsent(row.incarnation(), world.now());
                        held = world.now() - heldSince.get(row.incarnation()) < Setting.LEASE;
                    }
                    done.accept(held);
                });
    }

    private void failed() {
        answeringSince = NEVER;
        start();
    }

    private boolean mayJudge() {
        // A look that comes late may have slept through an outage.
        var late = world.now() - answeredAt > Setting.LEASE / 2;
        if (answeringSince == NEVER || late) {
            answeringSince = world.now();
        }
        answeredAt = world.now();
        return world.broken == Broken.WORD_WITHOUT_PROMISE || world.now() - answeringSince >= Setting.LEASE;
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
        if (!host.isJudging() || !promises.judge(incarnation, world.now(), Setting.LEASE)) {
            reapNext();
            return;
        }
        var session = Session.begin(host, this::failed);
        session.run(
                by -> postgres.reaping.fenceNode(by, incarnation, host.process().process()), fenced -> {
                    if (!fenced) {
                        session.rollback();
                        promises.acquit(incarnation);
                        reapNext();
                        return;
                    }
                    session.run(by -> postgres.reaping.fenceLanes(by, incarnation), lanes -> {
                        var unanswered = asked.contains(incarnation);
                        session.onCommit(() -> world.checks.fenced(incarnation, host, unanswered));
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
        forget(incarnation);
    }

    private void forget(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(by -> postgres.reaping.forget(by, incarnation), forgotten -> session.commit(effects -> reapNext()));
    }

    /** The broken variant: one view for all, older than the locks that it waits for. */
    private void reapInOneStatement(long incarnation) {
        var session = Session.begin(host, this::failed);
        session.run(
                by -> {
                    var rules = postgres.reaping;
                    var fenced = rules.fenceNode(by, incarnation, host.process().process());
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
