package dev.closeout.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What a fault may lay hands on.
 *
 * @param random drawn from the run's seed and the fault's name
 * @param isLong whether times are those of the long form
 * @param notes what the report says about this fault besides its figures
 */
record Scene(
        Cluster cluster,
        Postgres postgres,
        PostWitness posts,
        Clients clients,
        Random random,
        boolean isLong,
        List<String> notes) {
    Scene(Cluster cluster, Postgres postgres, PostWitness posts, Clients clients, Random random, boolean isLong) {
        this(cluster, postgres, posts, clients, random, isLong, new ArrayList<>());
    }

    /** Lets a fault last. Nothing signals the end of a while: this is no wait for something to happen. */
    void last(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Lets it last so many seconds in the short form, and so many in the long one. */
    void last(int shortly, int fully) {
        last(Duration.ofSeconds(isLong ? fully : shortly));
    }

    int anyNode() {
        return random.nextInt(cluster.size());
    }

    void note(String text) {
        notes.add(text);
    }
}
