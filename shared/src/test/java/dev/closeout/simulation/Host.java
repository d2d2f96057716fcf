package dev.closeout.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One process: what is due on it happens when it is awake, and never when it has died meanwhile. */
final class Host {
    final World world;
    final String name;
    /** Which side of a split it is on. */
    int side;

    boolean databaseCutOff;
    /** When something last kept it from renewing its lease in time, other than an outage of the database. */
    long disturbedAt;

    private int life;
    private boolean up;
    private long pausedUntil;
    private @Nullable Parts parts;

    /** What runs in the process; gone when it dies. */
    record Parts(Lease lease, List<Owner> owners, Worker worker) {}

    Host(World world, String name) {
        this.world = world;
        this.name = name;
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
        life++;
        up = true;
        pausedUntil = 0;
        databaseCutOff = false;
        disturbedAt = world.now();
        world.say("", () -> name + " starts");
        var owners = new ArrayList<Owner>();
        parts = new Parts(new Lease(this), owners, new Worker(this));
        for (var i = 0; i < world.setting.owners(); i++) {
            owners.add(new Owner(this, i));
        }
        parts.lease.start();
        owners.forEach(Owner::start);
        parts.worker.start();
        new Reaper(this).start();
        new Sweeper(this).start();
    }

    void crash() {
        world.say("", () -> name + " dies");
        life++;
        up = false;
        parts = null;
        world.postgres.lost(this);
    }

    /** Ends in good order: connections first, then the lease; then it is as dead as any other. */
    void stop(Runnable down) {
        var owners = parts().owners();
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
        world.postgres.paused(this);
    }

    void resume() {
        if (isPaused()) {
            pausedUntil = world.now();
        }
    }

    /** Whether it has been awake, and the database within its reach, for so long. */
    boolean isUndisturbedFor(long millis) {
        return !isPaused() && !databaseCutOff && world.now() - Math.max(disturbedAt, pausedUntil) >= millis;
    }

    /** Which of its lives the process is in: what was begun in another is not awaited any more. */
    int life() {
        return life;
    }

    void after(long delay, Runnable action) {
        after(life, delay, action);
    }

    void after(int of, long delay, Runnable action) {
        world.timeline.after(delay, () -> wake(of, action));
    }

    private void wake(int of, Runnable action) {
        if (life != of || !up) {
            return;
        }
        if (isPaused()) {
            // A pause can be cut short, so it is looked at again at small steps.
            world.timeline.after(Math.min(500, pausedUntil - world.now()), () -> wake(of, action));
        } else {
            action.run();
        }
    }

    /** Tells all in this process that a life is over. */
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
