package dev.closeout.simulation;

import dev.closeout.failure.Failure;
import dev.closeout.protocol.LaneRow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps a process's incarnation, as the lease verticle does. */
final class Lease {
    private static final int RENEWALS_PER_LEASE = 4;
    private static final int RETRIES_PER_LEASE = 20;

    private final Host host;
    private final World world;
    private final Retry retry;
    private @Nullable Long incarnation;
    private int lanes;
    private long heldSince;
    private boolean renewingSoon;
    private boolean stopping;

    Lease(Host host) {
        this.host = host;
        this.world = host.world;
        this.retry = new Retry(world.chance);
    }

    void start() {
        join();
        host.after(Setting.LEASE / RENEWALS_PER_LEASE, this::renewAgain);
    }

    @Nullable Long current() {
        return incarnation;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Gives the lease back; completes whatever becomes of it. */
    void leave(Runnable done) {
        stopping = true;
        var current = incarnation;
        if (current == null) {
            done.run();
        } else {
            world.bus.<Boolean>ask(
                    host, Setting.ASK_TIMEOUT, (worker, reply) -> worker.leave(current, reply), outcome -> done.run());
        }
    }

    void over(long fenced) {
        if (incarnation != null && incarnation == fenced) {
            incarnation = null;
            join();
        }
    }

    /** Opens a lane of the current life; null when there is none now. */
    void lane(Consumer<LaneRow.@Nullable Key> done) {
        var current = incarnation;
        if (current == null) {
            done.accept(null);
            return;
        }
        var lane = new LaneRow.Key(current, lanes++);
        world.bus.<Boolean>ask(
                host,
                Setting.ASK_TIMEOUT,
                (worker, reply) -> worker.openLane(lane, reply),
                outcome -> done.accept(outcome.answer() == null ? null : lane));
    }

    private void join() {
        if (stopping) {
            return;
        }
        var asked = world.now();
        world.bus.<Long>ask(host, Setting.ASK_TIMEOUT, Worker::join, outcome -> {
            var joined = outcome.answer();
            if (joined == null) {
                host.after(retry.next(), this::join);
            } else {
                retry.reset();
                world.say("", () -> "%s lives as %d".formatted(host, joined));
                lanes = 0;
                heldSince = asked;
                incarnation = joined;
            }
        });
    }

    private void renewAgain() {
        renew();
        host.after(Setting.LEASE / RENEWALS_PER_LEASE + world.chance.between(0, 2), this::renewAgain);
    }

    private void renew() {
        var current = incarnation;
        if (current == null || stopping) {
            return;
        }
        if (world.now() - heldSince > cutOffAfter()) {
            world.say("", () -> "%s is cut off and ends %d".formatted(host, current));
            host.publishFenced(current);
            return;
        }
        var asked = world.now();
        world.bus.<Boolean>ask(
                host,
                Setting.ASK_TIMEOUT,
                (worker, reply) -> worker.renew(current, reply),
                outcome -> renewed(current, asked, outcome));
    }

    private void renewed(long current, long asked, Bus.Outcome<Boolean> outcome) {
        if (outcome.answer() != null || world.broken == Broken.FENCED_AND_TRIED_AGAIN) {
            heldSince = Math.max(heldSince, asked);
        } else if (outcome.failure() == Failure.FENCED) {
            host.publishFenced(current);
        } else if (outcome.failure() == Failure.DATABASE_AWAY) {
            if (!world.postgres.isAway()) {
                // A worker that is cut off alone speaks for the database, and the node believes it.
                host.disturbedAt = world.now();
            }
            heldSince = Math.max(heldSince, asked);
        }
        if (outcome.answer() == null) {
            renewSoon();
        }
    }

    private void renewSoon() {
        if (!renewingSoon) {
            renewingSoon = true;
            host.after(Setting.LEASE / RETRIES_PER_LEASE, () -> {
                renewingSoon = false;
                renew();
            });
        }
    }

    private long cutOffAfter() {
        return world.broken == Broken.CUT_OFF_AND_LIVES_ON ? Long.MAX_VALUE : Setting.LEASE * 75 / 100;
    }
}
