package dev.closeout.simulation;

import dev.closeout.protocol.Batches;
import dev.closeout.protocol.Incarnations;
import dev.closeout.protocol.Ledger;
import dev.closeout.protocol.Reaping;
import dev.closeout.protocol.Releasing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/** The database: the ledger, its rules, and who is connected. */
final class Postgres {
    final Ledger ledger;
    final Incarnations lives;
    final Batches batches;
    final Releasing releasing;
    final Reaping reaping;

    private final World world;
    private final Set<Session> sessions = new LinkedHashSet<>();
    private boolean away;

    Postgres(World world) {
        this.world = world;
        this.ledger = new Ledger(world.timeline::now);
        this.lives = Breaks.lives(world.broken, ledger);
        this.batches = Breaks.batches(world.broken, ledger, world.setting.linger(), open -> open.remote()
                .equals(Owner.REFUSED));
        this.releasing = Breaks.releasing(world.broken, ledger);
        this.reaping = Breaks.reaping(world.broken, ledger, lives);
    }

    /** Whether a process gets an answer now. */
    boolean answers(Host host) {
        return !away && world.network.reachesDatabase(host) && world.network.hearsDatabase(host);
    }

    /** Whether what a process sends is done, and the process does not hear of it. */
    boolean isUnheardBy(Host host) {
        return !away && world.network.reachesDatabase(host) && !world.network.hearsDatabase(host);
    }

    boolean isAway() {
        return away;
    }

    /** All transactions are void; nobody gets in until it is back. */
    void goAway() {
        world.say("", () -> "the database goes away");
        away = true;
        new ArrayList<>(sessions).forEach(Session::breakOff);
    }

    void comeBack() {
        if (away) {
            world.say("", () -> "the database is back");
            away = false;
        }
    }

    void opened(Session session) {
        sessions.add(session);
    }

    void ended(Session session) {
        sessions.remove(session);
    }

    /** The server notices after a while that a client has died, and rolls back. */
    void lost(Host host) {
        sessions.stream()
                .filter(session -> session.isAwaitedBy(host))
                .forEach(session -> world.timeline.after(world.chance.between(0, 300), session::breakOff));
    }

    /** A transaction that its client leaves idle is rolled back when its time is up. */
    void paused(Host host) {
        sessions.stream()
                .filter(session -> session.isAwaitedBy(host))
                .forEach(session -> world.timeline.after(Setting.QUERY_TIMEOUT, session::breakOff));
    }

    /**
     * A process does not reach the server any more, or hears nothing of it. What it has sent whole is done all the same when
     * only the answers are lost.
     */
    void cutOff(Host host, boolean sending) {
        new ArrayList<>(sessions)
                .stream()
                        .filter(session -> sending ? session.isOf(host) : session.isAwaitedBy(host))
                        .forEach(Session::breakOff);
    }
}
