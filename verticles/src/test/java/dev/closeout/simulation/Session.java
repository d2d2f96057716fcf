package dev.closeout.simulation;

import dev.closeout.protocol.Blocked;
import dev.closeout.protocol.Effect;
import dev.closeout.protocol.Transaction;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One transaction of one worker: its statements come one after the other, and other transactions' in between. When it
 * fails the worker is told once, and may not know whether it was committed.
 */
final class Session {
    private final World world;
    private final Host host;
    private final int run;
    private final Runnable failed;
    /** Whether all statements are on their way at once: then the server goes on without the client. */
    private final boolean pipelined;

    private final Transaction transaction;
    private boolean told;
    private boolean deadlineSet;
    /** Whether the last statement is on its way: the server does it, whatever becomes of the client. */
    private boolean committing;

    private Session(Host host, boolean pipelined, Runnable failed) {
        this.world = host.world;
        this.host = host;
        this.run = host.run();
        this.pipelined = pipelined;
        this.failed = failed;
        this.transaction = world.postgres.ledger.begin();
    }

    /** Begins a transaction whose client awaits each statement. */
    static Session begin(Host host, Runnable failed) {
        return begin(host, false, failed);
    }

    /** Begins one whose statements are all sent at once. */
    static Session pipeline(Host host, Runnable failed) {
        return begin(host, true, failed);
    }

    private static Session begin(Host host, boolean pipelined, Runnable failed) {
        var session = new Session(host, pipelined, failed);
        host.world.postgres.opened(session);
        var postgres = host.world.postgres;
        if (!postgres.answers(host) && !(pipelined && postgres.isUnheardBy(host))) {
            session.breakOff();
        }
        return session;
    }

    boolean isOf(Host other) {
        return host == other;
    }

    boolean isAwaitedBy(Host other) {
        return host == other && !pipelined && !committing;
    }

    <T> void run(Function<Transaction, T> statement, Consumer<T> next) {
        later(() -> attempt(statement, next));
    }

    /** At the moment of the commit, whether or not the client ever hears of it. */
    void onCommit(Runnable then) {
        transaction.onEnd(committed -> {
            if (committed) {
                then.run();
            }
        });
    }

    /** Completes when the client hears of it; what was done stands before. */
    void commit(Consumer<List<Effect>> done) {
        later(() -> {
            committing = true;
            world.timeline.after(pipelined ? 0 : world.work(), () -> committed(done));
        });
    }

    private void committed(Consumer<List<Effect>> done) {
        if (transaction.isEnded()) {
            return;
        }
        world.postgres.ended(this);
        var effects = transaction.commit();
        world.checks.committed(effects);
        if (world.chance.of(world.weather.workerFault()) || !world.network.hearsDatabase(host)) {
            world.say("", () -> host + " does not hear that its transaction is committed");
            tell();
        } else {
            told = true;
            host.after(run, 1, () -> done.accept(effects));
        }
    }

    void rollback() {
        told = true;
        end();
    }

    /** The connection is lost, or the time is up. */
    void breakOff() {
        if (!transaction.isEnded()) {
            end();
            tell();
        }
    }

    private void end() {
        if (!transaction.isEnded()) {
            world.postgres.ended(this);
            transaction.rollback();
        }
    }

    private void tell() {
        if (!told) {
            told = true;
            host.after(run, 1, failed);
        }
    }

    private void later(Runnable action) {
        if (pipelined) {
            world.timeline.after(world.work(), action);
        } else {
            host.after(run, world.gap(), action);
        }
    }

    private <T> void attempt(Function<Transaction, T> statement, Consumer<T> next) {
        if (transaction.isEnded()) {
            return;
        }
        T result;
        try {
            result = transaction.run(() -> statement.apply(transaction));
        } catch (Blocked blocked) {
            waitFor(blocked, () -> attempt(statement, next));
            return;
        }
        next.accept(result);
    }

    private void waitFor(Blocked blocked, Runnable again) {
        if (!deadlineSet) {
            deadlineSet = true;
            world.timeline.after(Setting.QUERY_TIMEOUT, this::breakOff);
        }
        // Those who wait for the same row go on in any order.
        blocked.holder().onEnd(committed -> world.timeline.after(world.chance.between(0, 1), again));
    }
}
