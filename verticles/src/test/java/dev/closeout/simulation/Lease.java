package dev.closeout.simulation;

import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.protocol.LaneRow;
import dev.closeout.tenure.Tenure;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps a process's incarnation, as the lease verticle does. */
final class Lease {
    /** How often it looks whether its incarnation is over. */
    static final long WATCH = Setting.LEASE / 20;

    private static final long RENEWAL = Setting.LEASE / 4;
    private static final long RETRY = Setting.LEASE / 10;

    private final Host host;
    private final World world;
    private final Retry retry;
    private @Nullable Tenure tenure;
    private int turns;
    /** When judges introduced themselves that it did not know. */
    private final Map<String, Long> introducedAt = new HashMap<>();

    private int lanes;
    private boolean stopping;

    Lease(Host host) {
        this.host = host;
        this.world = host.world;
        this.retry = new Retry(world.chance);
    }

    void start() {
        join();
        host.after(RENEWAL, this::renewAgain);
        host.after(WATCH, this::watch);
    }

    @Nullable Long current() {
        return tenure == null ? null : tenure.incarnation();
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether that process has only now introduced itself. */
    boolean wasNotIntroducedBefore(String process) {
        return world.now() - introducedAt.getOrDefault(process, 0L) <= Setting.LAPSED_TIMEOUT;
    }

    /** Whether that process is none that it takes for a judge. */
    boolean knowsNot(String process) {
        return tenure == null
                || tenure.judges().stream().noneMatch(judge -> judge.process().equals(process));
    }

    /** Gives the lease back; completes whatever becomes of it. */
    void leave(Runnable done) {
        stopping = true;
        var current = current();
        if (current == null) {
            left(done);
        } else {
            world.bus.<Boolean>ask(
                    host, Setting.ASK_TIMEOUT, (worker, reply) -> worker.leave(current, reply), outcome -> left(done));
        }
    }

    private void left(Runnable done) {
        host.stopJudging();
        var process = host.process().process();
        for (var other : world.hosts) {
            if (other != host && other.isUp()) {
                world.bus.tell(host, other, () -> other.parts().lease().judgeLeft(process));
            }
        }
        done.run();
    }

    private void judgeLeft(String process) {
        if (tenure != null) {
            tenure.left(process);
        }
    }

    void over(long fenced) {
        if (tenure != null && tenure.incarnation() == fenced) {
            tenure = null;
            join();
        }
    }

    /** A judge finds its lease run out. Whether that incarnation is still goes on here. */
    boolean lapsed(long incarnation, Judge judge) {
        var current = tenure;
        if (current == null || current.incarnation() != incarnation || stopping || !current.isHeldAt(world.now())) {
            return false;
        }
        if (knowsNot(judge.process())) {
            introducedAt.put(judge.process(), world.now());
        }
        current.introduced(judge, world.now(), Setting.LAPSED_TIMEOUT);
        renewal(current, () -> {}).through(judge.process());
        return true;
    }

    /** Opens a lane of the current incarnation; null when there is none now. */
    void lane(Consumer<LaneRow.@Nullable Key> done) {
        var current = current();
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
        world.bus.<LeaseHeld>ask(host, Setting.ASK_TIMEOUT, (worker, reply) -> worker.join(host, reply), outcome -> {
            var joined = outcome.answer();
            if (joined == null) {
                host.after(retry.next(), this::join);
            } else {
                retry.reset();
                world.say("", () -> "%s lives as %d".formatted(host, joined.incarnation()));
                lanes = 0;
                tenure = new Tenure(
                        joined.incarnation(),
                        host.process().process(),
                        Setting.LEASE,
                        world.setting.anyWordHolds(),
                        asked,
                        joined.judges());
            }
        });
    }

    private void watch() {
        var current = tenure;
        if (current != null
                && !stopping
                && !current.isHeldAt(world.now())
                && world.broken != Broken.CUT_OFF_AND_LIVES_ON) {
            world.say("", () -> "%s is cut off and ends %d".formatted(host, current.incarnation()));
            world.checks.cutOff(host);
            host.publishFenced(current.incarnation());
        }
        host.after(WATCH, this::watch);
    }

    /** The next one is due a quarter of a lease later, or soon when this one fails. */
    private void renewAgain() {
        var turn = ++turns;
        host.after(RENEWAL + world.chance.between(0, 2), () -> renewUnlessSince(turn));
        var current = tenure;
        if (current != null && !stopping) {
            renewal(current, () -> host.after(RETRY, () -> renewUnlessSince(turn)))
                    .begin();
        }
    }

    private void renewUnlessSince(int turn) {
        if (turn == turns) {
            renewAgain();
        }
    }

    private Renewal renewal(Tenure of, Runnable failed) {
        return new Renewal(host, of, () -> host.publishFenced(of.incarnation()), failed);
    }
}
