package dev.closeout.simulation;

import dev.closeout.config.Role;
import dev.closeout.message.cluster.Judge;
import dev.closeout.tenure.Promises;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One process: what is due on it happens when it is awake, and never when it has died meanwhile. */
final class Host {
    final World world;
    final String name;
    final int number;
    /** Which side of a split it is on. */
    int side;

    private int run;
    private boolean up;
    private long pausedUntil;
    private @Nullable Parts parts;
    private boolean wasPaused;
    private boolean judging;

    /** What runs in the process; gone when it dies. */
    record Parts(Lease lease, List<Owner> owners, Worker worker, Promises promises) {}

    Host(World world, int number) {
        this.world = world;
        this.number = number;
        this.name = "n" + number;
    }

    boolean hasWorkers() {
        return world.setting.roles().get(number).contains(Role.WORKERS);
    }

    boolean hasSockets() {
        return world.setting.roles().get(number).contains(Role.SOCKETS);
    }

    /** As others know it: the same for one run of the program. */
    Judge process() {
        return new Judge(name + "#" + run, name, number);
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return world.now() < pausedUntil;
    }

    Parts parts() {
        return Objects.requireNonNull(parts);
    }

    void start() {
        run++;
        up = true;
        judging = true;
        pausedUntil = 0;
        world.say("", () -> name + " starts");
        var owners = new ArrayList<Owner>();
        var promises = new Promises();
        parts = new Parts(new Lease(this), owners, new Worker(this, promises), promises);
        for (var i = 0; hasSockets() && i < world.setting.owners(); i++) {
            owners.add(new Owner(this, i));
        }
        parts.lease.start();
        owners.forEach(Owner::start);
        if (hasWorkers()) {
            parts.worker.start();
            new Reaper(this, promises).start();
            new Sweeper(this).start();
        }
    }

    void crash() {
        world.say("", () -> name + " dies");
        run++;
        up = false;
        parts = null;
        world.postgres.lost(this);
    }

    /** From now on its reaper declares nobody dead. */
    void stopJudging() {
        judging = false;
    }

    boolean isJudging() {
        return judging;
    }

    /** Ends in good order: connections first, then the lease; then it is as dead as any other. */
    void stop(Runnable down) {
        var owners = parts().owners();
        if (owners.isEmpty()) {
            parts().lease().leave(down);
            return;
        }
        var left = new int[] {owners.size()};
        for (var owner : owners) {
            owner.stop(() -> {
                if (--left[0] == 0) {
                    parts().lease().leave(down);
                }
            });
        }
    }

    void pause(long length) {
        world.say("", () -> "%s is paused for %d ms".formatted(name, length));
        pausedUntil = world.now() + length;
        wasPaused = true;
        world.postgres.paused(this);
    }

    void resume() {
        if (isPaused()) {
            pausedUntil = world.now();
        }
    }

    /** Whether it has run long enough since its last pause to look at its clock. */
    boolean isAwake() {
        return up && !isPaused() && world.now() - pausedUntil > Lease.WATCH;
    }

    /** Whether it was ever paused. */
    boolean wasPaused() {
        return wasPaused;
    }

    /** Which of its lives the process is in: what was begun in another is not awaited any more. */
    int run() {
        return run;
    }

    void after(long delay, Runnable action) {
        after(run, delay, action);
    }

    void after(int of, long delay, Runnable action) {
        world.timeline.after(delay, () -> wake(of, action));
    }

    private void wake(int of, Runnable action) {
        if (run != of || !up) {
            return;
        }
        if (isPaused()) {
            // A pause can be cut short, so it is looked at again at small steps.
            world.timeline.after(Math.min(500, pausedUntil - world.now()), () -> wake(of, action));
        } else {
            action.run();
        }
    }

    /** Tells all in this process that an incarnation is over. */
    void publishFenced(long incarnation) {
        after(0, () -> {
            parts().lease().over(incarnation);
            parts().owners().forEach(owner -> owner.fenced(incarnation));
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
