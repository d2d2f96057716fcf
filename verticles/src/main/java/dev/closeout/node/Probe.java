package dev.closeout.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that many may ask at once: one is under way at a time, and its answer holds for a moment, so that a flood of
 * probes costs the workers what one prober does. Safe on any thread.
 */
final class Probe {
    private static final Duration HOLDS = Duration.ofSeconds(1);

    private final Supplier<Future<Void>> question;
    private @Nullable Future<Void> last;
    private long askedAt;

    /** @param question has a deadline of its own */
    Probe(Supplier<Future<Void>> question) {
        this.question = question;
    }

    synchronized Future<Void> answer() {
        var answer = last;
        if (answer == null || (answer.isComplete() && System.nanoTime() - askedAt > HOLDS.toNanos())) {
            askedAt = System.nanoTime();
            answer = question.get();
            last = answer;
        }
        return answer;
    }
}
