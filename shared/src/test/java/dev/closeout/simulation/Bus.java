package dev.closeout.simulation;

import dev.closeout.failure.Failure;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event bus: requests to any worker of the same side. Both ways lose, double and delay. */
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

    /** Where a worker answers. */
    final class Reply<A> {
        private final Host asker;
        private final int life;
        private final Consumer<Outcome<A>> done;
        private boolean heard;

        private Reply(Host asker, Consumer<Outcome<A>> done) {
            this.asker = asker;
            this.life = asker.life();
            this.done = done;
        }

        void answer(A answer) {
            send(new Outcome<>(answer, null));
        }

        void fail(Failure failure) {
            send(new Outcome<>(null, failure));
        }

        private void send(Outcome<A> outcome) {
            if (!world.chance.of(world.weather.loss())) {
                asker.after(life, world.latency(), () -> hear(outcome));
            }
        }

        private void hear(Outcome<A> outcome) {
            if (!heard) {
                heard = true;
                done.accept(outcome);
            }
        }
    }

    <A> void ask(Host asker, long timeout, Service<A> service, Consumer<Outcome<A>> done) {
        var reply = new Reply<>(asker, done);
        asker.after(timeout, () -> reply.hear(Outcome.timeout()));
        deliver(asker, service, reply, world.latency());
        if (world.chance.of(world.weather.doubling())) {
            deliver(asker, service, reply, world.lateness());
        }
    }

    /** Copies of messages that have not come yet. */
    int underWay() {
        return underWay;
    }

    private <A> void deliver(Host asker, Service<A> service, Reply<A> reply, long delay) {
        var workers = world.upOn(asker.side);
        if (workers.isEmpty() || world.chance.of(world.weather.loss())) {
            return;
        }
        var worker = world.chance.pick(workers);
        underWay++;
        world.timeline.after(delay, () -> {
            underWay--;
            if (worker.isUp()) {
                worker.after(0, () -> service.handle(worker.parts().worker(), reply));
            }
        });
    }
}
