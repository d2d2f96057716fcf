package dev.closeout.fault;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What came of one fault.
 *
 * @param closes connections that ended after they were welcomed
 * @param refused that were told to try again later
 * @param sentAway that a node ended because its incarnation was over or it stopped
 * @param toClean how long after the end of the fault the last of what ended before was cleaned
 * @param lost whether something that is owed was not done
 * @param wrong what was found; empty when nothing
 */
record Result(
        String fault,
        Duration took,
        long closes,
        long refused,
        long sentAway,
        Duration toClean,
        boolean lost,
        String wrong,
        List<String> notes) {
    static final String HEADER = "%-34s %7s %8s %8s %9s %9s  %s"
            .formatted("fault", "seconds", "closes", "refused", "sent away", "to clean", "");

    boolean isRight() {
        return wrong.isEmpty();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-34s %7.1f %8d %8d %9d %7.1f s  %s",
                fault,
                took.toMillis() / 1000.0,
                closes,
                refused,
                sentAway,
                toClean.toMillis() / 1000.0,
                isRight() ? String.join("; ", notes) : (lost ? "LOST: " : "WRONG: ") + wrong);
    }
}
