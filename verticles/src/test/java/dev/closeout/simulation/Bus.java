package dev.closeout.simulation;

import dev.closeout.failure.Failure;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event bus: requests to any worker of the same side, or to one process. Both ways lose, double and delay. */
final class Bus {
    private final World world;
    private int underWay;

    Bus(World world) {
        this.world = world;
    }

    /** What a worker does with a request. */
    interface Service<A> {
        void handle(Worker worker, Reply<A> reply);
    }

    /**
     * What an asker hears.
     *
     * @param answer null when it failed
     * @param failure null when nobody answered in time
     */
    record Outcome<A>(@Nullable A answer, @Nullable Failure failure) {
        static <A> Outcome<A> timeout() {
            return new Outcome<>(null, null);
        }
    }

    /** Who asked, and hears the first answer only. */
    private static final class Asking<A> {
        private final Host asker;
        private final int run;
        private final Consumer<Outcome<A>> done;
        private boolean heard;

        private Asking(Host asker, Consumer<Outcome<A>> done) {
            this.asker = asker;
            this.run = asker.run();
            this.done = done;
        }

        private void hear(Outcome<A> outcome) {
            if (!heard) {
                heard = true;
                done.accept(outcome);
            }
        }
    }

    /** Where a worker answers. */
    final class Reply<A> {
        private final Asking<A> asking;
        private final Host from;

        private Reply(Asking<A> asking, Host from) {
            this.asking = asking;
            this.from = from;
        }

        void answer(A answer) {
            send(new Outcome<>(answer, null));
        }

        void fail(Failure failure) {
            send(new Outcome<>(null, failure));
        }

        private void send(Outcome<A> outcome) {
            if (isCarried(from, asking.asker)) {
                asking.asker.after(asking.run, delay(from, asking.asker), () -> asking.hear(outcome));
            }
        }
    }

    /** Asks any worker. */
    <A> void ask(Host asker, long timeout, Service<A> service, Consumer<Outcome<A>> done) {
        var asking = asking(asker, timeout, done);
        toAnyWorker(asking, service, false);
        if (world.chance.of(world.weather.doubling())) {
            toAnyWorker(asking, service, true);
        }
    }

    /** Asks one process, whatever it runs; one that has ended does not answer. */
    <A> void askProcess(
            Host asker, String process, long timeout, BiConsumer<Host, Reply<A>> service, Consumer<Outcome<A>> done) {
        var asking = asking(asker, timeout, done);
        for (var host : world.hosts) {
            if (host.isUp() && host.process().process().equals(process)) {
                deliver(asking, host, service, delay(asker, host));
                if (host != asker && world.chance.of(world.weather.doubling())) {
                    deliver(asking, host, service, world.lateness());
                }
            }
        }
    }

    /** Whether an attempt to connect to a process is refused: its host answers that nobody listens any more. */
    boolean isRefused(Host asker, String process) {
        for (var host : world.hosts) {
            if (process.startsWith(host.name + "#")) {
                return world.network.carries(asker, host)
                        && world.network.carries(host, asker)
                        && asker.side == host.side
                        && !(host.isUp() && host.process().process().equals(process));
            }
        }
        return false;
    }

    /** Tells a process, without an answer. */
    void tell(Host from, Host to, Runnable message) {
        if (isCarried(from, to)) {
            to.after(delay(from, to), message);
        }
    }

    /** Copies of messages that have not come yet. */
    int underWay() {
        return underWay;
    }

    private <A> Asking<A> asking(Host asker, long timeout, Consumer<Outcome<A>> done) {
        var asking = new Asking<>(asker, done);
        asker.after(timeout, () -> asking.hear(Outcome.timeout()));
        return asking;
    }

    private <A> void toAnyWorker(Asking<A> asking, Service<A> service, boolean late) {
        var workers = world.workersOn(asking.asker.side);
        if (!workers.isEmpty()) {
            var host = world.chance.pick(workers);
            BiConsumer<Host, Reply<A>> handler =
                    (to, reply) -> service.handle(to.parts().worker(), reply);
            deliver(asking, host, handler, late ? world.lateness() : world.latency());
        }
    }

    private <A> void deliver(Asking<A> asking, Host to, BiConsumer<Host, Reply<A>> service, long delay) {
        if (!isCarried(asking.asker, to)) {
            return;
        }
        underWay++;
        world.timeline.after(delay, () -> {
            underWay--;
            if (to.isUp()) {
                to.after(0, () -> service.accept(to, new Reply<>(asking, to)));
            }
        });
    }

    /** Within a process nothing is lost. */
    private boolean isCarried(Host from, Host to) {
        return from == to
                || (from.side == to.side && world.network.carries(from, to) && !world.chance.of(world.weather.loss()));
    }

    private int delay(Host from, Host to) {
        return from == to ? 0 : world.latency();
    }
}
