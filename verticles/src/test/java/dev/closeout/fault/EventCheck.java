package dev.closeout.fault;

import dev.closeout.fault.Ledger.Entry;
import dev.closeout.fault.WrongException.Kind;
import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Events are hints: one may be lost, but each comes at most once, and none of what has not happened, or not yet. */
final class EventCheck {
    /** What an event tells of, in the journal. */
    private static final Map<String, String> WRITTEN = Map.of(
            ConnectionOpened.ADDRESS, "opened",
            ClientArrived.ADDRESS, "opened",
            ConnectionClosed.ADDRESS, "closed",
            ClientGone.ADDRESS, "gone");

    private EventCheck() {}

    /** Fails with the first event that should not have been told. */
    static void check(List<Entry> entries, Collection<Told> told) {
        var happened = new HashMap<String, Instant>();
        for (var entry : entries) {
            happened.merge(entry.event() + entry.connection(), entry.committed(), EventCheck::earlier);
            happened.merge(entry.event() + entry.generation(), entry.committed(), EventCheck::earlier);
        }
        var seen = new HashSet<String>();
        for (var one : told) {
            var when = happened.get(WRITTEN.get(one.event()) + one.key());
            if (when == null || when.isAfter(one.at())) {
                throw new WrongException(
                        Kind.WRONG,
                        one.client(),
                        "%s of %s was told and had not happened".formatted(one.event(), one.key()));
            }
            if (!seen.add("%d %s %s".formatted(one.consumer(), one.event(), one.key()))) {
                throw new WrongException(
                        Kind.WRONG, one.client(), "%s of %s was told twice".formatted(one.event(), one.key()));
            }
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
