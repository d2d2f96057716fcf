package dev.closeout.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When one connection was served: the times at which its client asked, and heard the answer, by this machine's clock.
 * PostgreSQL runs on the same machine, so its commits have their place among them. Written on the clients' event loop,
 * read by anyone.
 */
final class Service {
    /**
     * A node that stood still for so long cannot have known. What its socket held when it went on it may answer, once:
     * clients ask many times in such a while.
     */
    static final Duration STILL = Duration.ofSeconds(2);

    private final List<Answer> answers = new ArrayList<>();

    /**
     * The connection was served.
     *
     * @param asked just before the client sent its question
     * @param heard when the answer was there
     */
    record Answer(Instant asked, Instant heard) {}

    synchronized void answered(Instant asked, Instant heard) {
        answers.add(new Answer(asked, heard));
    }

    synchronized int size() {
        return answers.size();
    }

    /**
     * The answer that shows that the connection was served at this moment, with answers before and after it and no standstill
     * between them, or that it went on being served after it.
     *
     * @return nothing when it may have been over at this moment
     */
    synchronized Optional<Answer> at(Instant moment) {
        // Only what was asked after it was certainly answered after it.
        var after =
                answers.stream().filter(answer -> answer.asked.isAfter(moment)).toList();
        if (after.isEmpty()) {
            return Optional.empty();
        }
        var first = after.get(0);
        var last = after.get(after.size() - 1);
        var wentOn = Duration.between(first.heard, last.heard).compareTo(STILL) > 0;
        var steadily = answers.stream()
                .filter(answer -> !answer.heard.isAfter(moment))
                .anyMatch(before -> Duration.between(before.heard, first.heard).compareTo(STILL) < 0);
        return wentOn || steadily ? Optional.of(last) : Optional.empty();
    }
}
