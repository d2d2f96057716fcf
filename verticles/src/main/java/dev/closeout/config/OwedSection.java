package dev.closeout.config;

import dev.closeout.handler.HandlerName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Section {@code owed}: handlers without whose answer a release is not done.
 *
 * @param clientGone names of the handlers that are called for each client that has gone
 * @param connectionClosed names of the handlers that are called for each connection that closed
 * @param answerTimeout how long a handler may take over a call before it counts as failed
 * @param tries calls that may fail until the work is set aside as a dead letter; those that found nobody do not count
 * @param firstWait after the first call that failed; it doubles with each further one, up to
 * @param longestWait between two calls
 * @param underWay calls to one handler that one node may have under way
 * @param sweep how often the database is searched for work that is due
 */
public record OwedSection(
        List<String> clientGone,
        List<String> connectionClosed,
        Duration answerTimeout,
        int tries,
        Duration firstWait,
        Duration longestWait,
        int underWay,
        Duration sweep) {
    /** The handler that ships with Closeout; its name is given to no other. */
    public static final String WEBHOOK = "webhook";

    public OwedSection {
        clientGone = checked("owed.client-gone", clientGone);
        connectionClosed = checked("owed.connection-closed", connectionClosed);
        Check.between("owed.answer-timeout", answerTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        Check.between("owed.tries", tries, 1, 1_000, "calls");
        Check.between("owed.first-wait", firstWait, Duration.ofMillis(10), Duration.ofHours(1));
        Check.between("owed.longest-wait", longestWait, firstWait, Duration.ofHours(24));
        Check.between("owed.under-way", underWay, 1, 10_000, "calls");
        Check.between("owed.sweep", sweep, Duration.ofMillis(100), Duration.ofHours(1));
    }

    private static List<String> checked(String key, List<String> names) {
        var known = new HashSet<String>();
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            var place = "%s[%d]".formatted(key, i);
            Check.that(HandlerName.isValid(name), place, name.isEmpty() ? "empty" : '"' + name + '"', HandlerName.RULE);
            Check.that(!name.equals(WEBHOOK), place, WEBHOOK, "another name: set webhook.url to use the one built in");
            Check.that(known.add(name), place, name + " once more", "a name that does not stand in the list yet");
        }
        return List.copyOf(names);
    }
}
