package dev.closeout.simulation;

import dev.closeout.counts.Cell;
import dev.closeout.failure.Failure;
import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.BatchApplied.Refused;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.protocol.Batches.Moved;
import dev.closeout.protocol.ConnectionRow;
import dev.closeout.protocol.LaneRow;
import dev.closeout.protocol.Transaction;
import dev.closeout.tenure.Promises;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What the workers of one process do with messages. A worker may die between any two of its steps. */
final class Worker {
    /** How long the cells of a batch may take. */
    private static final int CELLS_PATIENCE = 2_000;
    /** How often a worker looks for cells of incarnations that are over. */
    private static final int STRANGERS_EVERY = 10_000;

    private final Host host;
    private final World world;
    private final Postgres postgres;
    private final int run;
    private final Releases releases;
    private final Promises promises;

    Worker(Host host, Promises promises) {
        this.host = host;
        this.promises = promises;
        this.world = host.world;
        this.postgres = world.postgres;
        this.run = host.run();
        this.releases = new Releases(host);
    }

    void start() {
        host.after(world.chance.between(1, STRANGERS_EVERY), this::lookForStrangersAgain);
    }

    void apply(Batch batch, Bus.Reply<BatchApplied> reply) {
        if (dies("receives a batch")) {
            return;
        }
        if (world.broken == Broken.ANSWERED_BEFORE_COMMIT) {
            reply.answer(new BatchApplied(batch.number(), List.of()));
        }
        var session = Session.pipeline(host, () -> reply.fail(Failure.DATABASE_AWAY));
        session.run(by -> postgres.batches.move(by, batch), moved -> {
            if (moved == Moved.MOVED) {
                openAndClose(session, batch, reply);
            } else {
                session.rollback();
                notMoved(moved, batch, reply);
            }
        });
    }

    private void openAndClose(Session session, Batch batch, Bus.Reply<BatchApplied> reply) {
        if (world.broken == Broken.CLOSE_BEFORE_OPEN) {
            session.run(
                    by -> postgres.batches.close(by, batch),
                    closed -> session.run(
                            by -> postgres.batches.open(by, batch),
                            refused -> session.commit(effects -> committed(batch, refused, reply))));
            return;
        }
        session.run(
                by -> postgres.batches.open(by, batch),
                refused -> session.run(
                        by -> postgres.batches.close(by, batch),
                        closed -> session.commit(effects -> committed(batch, refused, reply))));
    }

    private void notMoved(Moved moved, Batch batch, Bus.Reply<BatchApplied> reply) {
        switch (moved) {
            case FENCED -> after(1, () -> reply.fail(Failure.FENCED));
            case OUT_OF_ORDER -> after(1, () -> reply.fail(Failure.OUT_OF_ORDER));
            default -> after(1, () -> committed(batch, postgres.batches.refusedBefore(batch), reply));
        }
    }

    private void committed(Batch batch, List<Refused> refused, Bus.Reply<BatchApplied> reply) {
        if (dies("has committed a batch")) {
            return;
        }
        setCells(batch, refused, (vacant, counted) -> {
            if (dies("has set cells")) {
                return;
            }
            releases.add(vacant);
            reply.answer(new BatchApplied(batch.number(), refused, List.of(), counted));
        });
    }

    /** @param done hears which clients are vacant, and whether all cells have answered */
    private void setCells(Batch batch, List<Refused> refused, BiConsumer<List<String>, Boolean> done) {
        var groups = new TreeMap<Integer, Map<String, Cell>>();
        cells(batch, refused)
                .forEach((client, cell) -> groups.computeIfAbsent(Counts.group(client), none -> new LinkedHashMap<>())
                        .put(client, cell));
        var vacant = new ArrayList<String>();
        var answers = new Object() {
            private int missing = groups.size();
            private boolean over;

            private void heard(boolean all) {
                if ((missing == 0 || !all) && !over) {
                    over = true;
                    done.accept(vacant, all || world.broken == Broken.UNANSWERED_IS_COUNTED);
                }
            }
        };
        answers.heard(true);
        groups.values().forEach(cells -> {
            if (world.chance.of(world.weather.doubling())) {
                world.timeline.after(world.lateness(), () -> set(batch, cells));
            }
            world.timeline.after(cellsTake(), () -> {
                var totals = set(batch, cells);
                after(0, () -> {
                    totals.forEach((client, total) -> {
                        if (total == 0) {
                            vacant.add(client);
                        }
                    });
                    answers.missing--;
                    answers.heard(true);
                });
            });
        });
        if (world.weather.slow() > 0) {
            after(CELLS_PATIENCE, () -> answers.heard(false));
        }
    }

    /** Longer than anybody waits, now and then. */
    private int cellsTake() {
        return world.chance.of(world.weather.slow()) ? world.chance.between(1, 5 * CELLS_PATIENCE) : world.work();
    }

    private Map<String, Integer> set(Batch batch, Map<String, Cell> cells) {
        var lane = new LaneId(batch.incarnation(), batch.lane());
        var totals = world.countsOf(host).set(lane, batch.number(), batch.counted(), cells);
        totals.forEach((client, total) ->
                world.say(client, () -> "cell %s of %s: total %d".formatted(cells.get(client), client, total)));
        return totals;
    }

    private Map<String, Cell> cells(Batch batch, List<Refused> refused) {
        var numbers = new HashSet<Long>();
        refused.forEach(one -> numbers.add(one.connection()));
        var byClient = new HashMap<String, Integer>();
        batch.opens().stream()
                .filter(open -> numbers.contains(open.number()))
                .forEach(open -> byClient.merge(open.client(), 1, Integer::sum));
        var cells = new LinkedHashMap<String, Cell>();
        for (var count : batch.counts()) {
            var connections = count.connections() - byClient.getOrDefault(count.client(), 0);
            if (connections < 0) {
                throw new Violation(
                        Invariant.I4, count.client(), "%s counts %d".formatted(count.client(), connections));
            }
            cells.put(
                    count.client(),
                    new Cell(batch.incarnation(), batch.lane(), batch.number(), connections, world.now()));
        }
        return cells;
    }

    void join(Host joining, Bus.Reply<LeaseHeld> reply) {
        var process = joining.process().process();
        var session = Session.begin(host, () -> reply.fail(Failure.DATABASE_AWAY));
        session.run(
                by -> {
                    var judges = judges(by);
                    return new LeaseHeld(postgres.lives.join(by, Setting.LEASE, joining.hasWorkers(), process), judges);
                },
                held -> session.commit(effects -> reply.answer(held)));
    }

    void renew(long incarnation, Bus.Reply<LeaseHeld> reply) {
        var session = Session.pipeline(
                host,
                () -> reply.fail(
                        world.broken == Broken.WORD_WITHOUT_PROMISE
                                        || promises.spare(incarnation, world.now(), Setting.LEASE)
                                ? Failure.DATABASE_AWAY
                                : Failure.NOT_READY));
        session.run(
                by -> postgres.lives.renew(by, incarnation) ? new LeaseHeld(incarnation, judges(by)) : null, held -> {
                    if (held == null) {
                        session.rollback();
                        reply.fail(Failure.FENCED);
                    } else {
                        session.commit(effects -> reply.answer(held));
                    }
                });
    }

    private List<Judge> judges(Transaction by) {
        return postgres.lives.judges(by).stream()
                .map(process -> new Judge(process, "", 0))
                .toList();
    }

    void openLane(LaneRow.Key lane, Bus.Reply<Boolean> reply) {
        var session = Session.begin(host, () -> reply.fail(Failure.DATABASE_AWAY));
        session.run(by -> postgres.lives.openLane(by, lane), alive -> {
            session.onCommit(() -> world.checks.laneOpened(lane));
            answer(session, alive, reply);
        });
    }

    private static void answer(Session session, boolean alive, Bus.Reply<Boolean> reply) {
        if (alive) {
            session.commit(effects -> reply.answer(true));
        } else {
            session.rollback();
            reply.fail(Failure.FENCED);
        }
    }

    void leave(long incarnation, Bus.Reply<Boolean> reply) {
        var session = Session.begin(host, () -> reply.fail(Failure.DATABASE_AWAY));
        session.run(by -> postgres.lives.expire(by, incarnation), expired -> {
            if (world.broken == Broken.LEFT_WITHOUT_FENCE) {
                forget(session, incarnation, reply);
            } else {
                session.run(
                        by -> postgres.reaping.fenceLanes(by, incarnation),
                        fenced -> forget(session, incarnation, reply));
            }
        });
    }

    private void forget(Session session, long incarnation, Bus.Reply<Boolean> reply) {
        session.run(by -> postgres.lives.leave(by, incarnation), left -> session.commit(effects -> reply.answer(true)));
    }

    void list(LaneRow.Key lane, long after, int limit, Bus.Reply<List<ConnectionRow>> reply) {
        if (!postgres.answers(host)) {
            reply.fail(Failure.DATABASE_AWAY);
            return;
        }
        reply.answer(postgres.ledger.connections.rows().stream()
                .filter(row -> world.isOfLane(row.id(), lane) && row.id().number() > after)
                .sorted(Comparator.comparingLong(row -> row.id().number()))
                .limit(limit)
                .toList());
    }

    void takeOutOlder(LaneRow.Key lane, long version, Bus.Reply<Boolean> reply) {
        releases.add(world.countsOf(host).takeOutOlder(new LaneId(lane.incarnation(), lane.lane()), version));
        reply.answer(true);
    }

    private void lookForStrangersAgain() {
        var found = world.countsOf(host).incarnations();
        // First the cells, then the database: an incarnation that begins in between has no cell among the found.
        host.after(world.work(), () -> {
            if (postgres.answers(host)
                    && world.broken != Broken.DEAD_CELLS_STAY
                    && world.broken != Broken.NO_RECONCILIATION) {
                found.removeIf(incarnation -> postgres.ledger.nodes.get(incarnation) != null);
                found.forEach(incarnation -> releases.add(world.countsOf(host).takeOut(incarnation)));
            }
        });
        host.after(STRANGERS_EVERY, this::lookForStrangersAgain);
    }

    /** What the database or the cells answer to a process that has died meanwhile is heard by nobody. */
    private void after(long delay, Runnable action) {
        host.after(run, delay, action);
    }

    private boolean dies(String when) {
        var dies = world.chance.of(world.weather.workerFault());
        if (dies) {
            world.say("", () -> "a worker of %s dies when it %s".formatted(host, when));
        }
        return dies;
    }
}
