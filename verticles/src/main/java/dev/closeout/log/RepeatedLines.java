package dev.closeout.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Holds what libraries log to a few lines of each kind in a while, and tells at its end how many were left out: a broken
 * link or a lost member is logged by them once for each message, operation or partition. Closeout's own lines are left
 * alone; each is one line for a change of state already.
 *
 * <p>Two lines are of one kind when they come from one logger with the same text but for numbers and ids, as far as the
 * text is compared, and with the same class of exception.
 *
 * <p>Logback's own filter for repeated messages compares the whole text, and tells nothing of what it leaves out.
 */
public final class RepeatedLines extends TurboFilter {
    private static final String OWN = "dev.closeout";
    private static final int LINES = 5;
    private static final long WHILE_SECONDS = 10;
    /** Beyond them lines are let through: an endless list of texts is none of repetitions. */
    private static final int KINDS = 1_000;

    private static final int COMPARED_CHARACTERS = 160;
    private static final int TOLD_CHARACTERS = 120;
    private static final Pattern NUMBERS_AND_IDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+");

    private final Map<Kind, Integer> lines = new ConcurrentHashMap<>();
    private int linesPerWhile = LINES;
    private long whileMillis = TimeUnit.SECONDS.toMillis(WHILE_SECONDS);

    private record Kind(String logger, Level level, String text, @Nullable Class<?> thrown) {}

    /** Set by logback: lines of a kind that are let through in a while. */
    public void setLines(int lines) {
        linesPerWhile = lines;
    }

    /** Set by logback: how long a while is. */
    public void setMillis(long millis) {
        whileMillis = millis;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The end of a while: nobody waits for it.
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        if (format == null || logger.getName().startsWith(OWN) || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
            return FilterReply.NEUTRAL;
        }
        var kind = new Kind(logger.getName(), level, comparable(format), thrown == null ? null : thrown.getClass());
        if (lines.size() >= KINDS && !lines.containsKey(kind)) {
            return FilterReply.NEUTRAL;
        }
        int line = lines.merge(kind, 1, Integer::sum);
        if (line == 1) {
            // The while begins with its first line, and its end forgets the kind: what is counted is held in memory no
            // longer.
            getContext().getScheduledExecutorService().schedule(() -> tell(kind), whileMillis, TimeUnit.MILLISECONDS);
        }
        return line <= linesPerWhile ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private void tell(Kind kind) {
        var counted = lines.remove(kind);
        if (counted != null && counted > linesPerWhile) {
            ((LoggerContext) getContext())
                    .getLogger(RepeatedLines.class)
                    .warn(
                            "{} lines like this one were left out in {} s: {} {}: {}",
                            counted - linesPerWhile,
                            TimeUnit.MILLISECONDS.toSeconds(whileMillis),
                            kind.level(),
                            kind.logger(),
                            shortened(kind.text(), TOLD_CHARACTERS));
        }
    }

    private static String comparable(String text) {
        return NUMBERS_AND_IDS
                .matcher(shortened(text, 2 * COMPARED_CHARACTERS))
                .replaceAll("#")
                .transform(same -> shortened(same, COMPARED_CHARACTERS));
    }

    private static String shortened(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
