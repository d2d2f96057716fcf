package dev.closeout.fault;

import dev.closeout.fault.Ledger.Entry;
import dev.closeout.fault.WrongException.Kind;
import dev.closeout.fixture.Eventually;
import dev.closeout.message.ConnectionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges by two witnesses: what every client did and saw, and what the hooks wrote into the database. The clients have
 * stopped coming and going, some are still connected.
 */
final class Checker {
    /** What a node calls an end that the client brought about. */
    private static final Set<String> BY_CLIENT = Set.of("peer-closed", "reset", "protocol-error");

    /** Calls for a client that has gone: of a handler, and of a web server. */
    private static final Set<String> CALLS = Set.of("answered", "posted");

    private final Ledger ledger;
    private final String prefix;
    private final Duration patience;
    private final Collection<Session> sessions;
    private final Supplier<List<Told>> told;

    /**
     * Judges one fault.
     *
     * @param told the events that nodes heard of
     * @param patience how long what is owed may take, on a noisy machine
     */
    Checker(Ledger ledger, String prefix, Collection<Session> sessions, Supplier<List<Told>> told, Duration patience) {
        this.patience = patience;
        this.ledger = ledger;
        this.prefix = prefix;
        this.sessions = sessions;
        this.told = told;
    }

    /** Waits until the database shows the living connections and their clients, and nothing else. */
    void awaitClean() {
        try {
            Eventually.is("clean", patience, () -> difference() == null, () -> "");
        } catch (AssertionError notClean) {
            var left = difference();
            if (left != null) {
                throw left;
            }
        }
    }

    /** Every hook ran exactly as often as it must, and at its time. */
    void check() {
        var entries = ledger.entries(prefix);
        var opened = byConnection(entries, "opened");
        var closed = byConnection(entries, "closed");
        var living = living().map(Session::id).collect(Collectors.toSet());
        opened.forEach((id, all) -> {
            expect(all, 1, "opened " + id);
            expect(
                    closed.getOrDefault(id, List.of()),
                    living.contains(id) ? 0 : 1,
                    all.get(0).client(),
                    "closed " + id);
        });
        closed.forEach((id, all) -> {
            if (!opened.containsKey(id)) {
                throw new WrongException(Kind.WRONG, all.get(0).client(), "%s closed and never opened".formatted(id));
            }
        });
        checkSessions(opened, closed);
        checkGenerations(entries, living);
        ServiceCheck.check(entries, sessions);
        EventCheck.check(entries, told.get());
        checkMessages();
        if (ledger.deadLetters(prefix) > 0) {
            throw new WrongException(Kind.WRONG, prefix, "a hook's row is in closeout.dead_letter");
        }
    }

    /**
     * How long after a moment the last of what had ended before it was cleaned.
     *
     * @param over when the fault was over
     */
    Duration cleanedAfter(Instant over) {
        var ended = sessions.stream()
                .filter(session -> session.id() != null)
                .filter(session -> {
                    var end = session.endedAt();
                    return end != null && end.isBefore(over);
                })
                .map(Session::id)
                .collect(Collectors.toSet());
        var last = ledger.entries(prefix).stream()
                .filter(entry -> entry.event().equals("closed"))
                .filter(entry -> ended.contains(String.valueOf(entry.connection())))
                .map(Entry::at)
                .max(Instant::compareTo)
                .orElse(over);
        return last.isBefore(over) ? Duration.ZERO : Duration.between(over, last);
    }

    /** The client's own story, and the database's. */
    String history(String client) {
        return Stream.concat(
                        sessions.stream()
                                .filter(session -> session.client().equals(client))
                                .map(Session::toString),
                        ledger.entries(client).stream()
                                .filter(entry -> entry.client().equals(client))
                                .map(Entry::toString))
                .collect(Collectors.joining("\n  ", "History of %s:%n  ".formatted(client), "\n"));
    }

    private Stream<Session> living() {
        return sessions.stream().filter(Session::isLiving);
    }

    /** What the database has too much or too little; null when nothing. */
    private @Nullable WrongException difference() {
        var rows = ledger.rows(prefix);
        var connections = new HashMap<String, String>();
        sessions.stream()
                .filter(session -> session.id() != null)
                .forEach(session -> connections.put(session.id(), session.client()));
        var living = living().map(Session::id).collect(Collectors.toSet());
        var clients = living().map(Session::client).collect(Collectors.toCollection(TreeSet::new));
        for (var shown : List.of(rows.owed(), rows.located())) {
            var where = shown == rows.owed() ? "closeout.connection" : "location";
            for (var id : minus(shown, living)) {
                return new WrongException(
                        Kind.LOST, connections.getOrDefault(id, prefix), "%s is still in %s".formatted(id, where));
            }
            for (var id : minus(living, shown)) {
                return new WrongException(
                        Kind.WRONG,
                        Objects.requireNonNull(connections.get(id)),
                        "%s lives and is not in %s".formatted(id, where));
            }
        }
        for (var shown : List.of(rows.clients(), rows.resources())) {
            var where = shown == rows.clients() ? "closeout.client" : "client_resource";
            if (!shown.equals(List.copyOf(clients))) {
                var left = new TreeSet<>(minus(new HashSet<>(shown), clients));
                var missing = new TreeSet<>(minus(clients, new HashSet<>(shown)));
                return missing.isEmpty()
                        ? new WrongException(
                                Kind.LOST, left.isEmpty() ? prefix : left.first(), left + " still in " + where)
                        : new WrongException(Kind.WRONG, missing.first(), missing + " not in " + where);
            }
        }
        return rows.unanswered().isEmpty()
                ? null
                : new WrongException(
                        Kind.LOST, rows.unanswered().get(0), rows.unanswered() + " still in closeout.owed");
    }

    private void checkSessions(Map<String, List<Entry>> opened, Map<String, List<Entry>> closed) {
        var seen = new HashSet<String>();
        for (var session : sessions) {
            var id = session.id();
            if (id == null) {
                continue;
            }
            if (!seen.add(id)) {
                throw new WrongException(Kind.WRONG, session.client(), "%s was given twice".formatted(id));
            }
            if (!opened.containsKey(id)) {
                throw new WrongException(
                        Kind.WRONG, session.client(), "%s was welcomed and is not written down".formatted(id));
            }
            var ending = session.endingAt();
            for (var close : closed.getOrDefault(id, List.of())) {
                if (BY_CLIENT.contains(String.valueOf(close.reason()))
                        && (ending == null || close.at().isBefore(ending))
                        && session.told() == null) {
                    throw new WrongException(
                            Kind.WRONG, session.client(), "%s was cleaned before its client ended it".formatted(id));
                }
            }
        }
    }

    private void checkMessages() {
        for (var session : sessions) {
            var wrong = session.echoes().wrong();
            if (wrong != null) {
                throw new WrongException(Kind.WRONG, session.client(), wrong);
            }
        }
    }

    private static void checkGenerations(List<Entry> entries, Set<@Nullable String> living) {
        Map<Long, List<Entry>> generations = entries.stream().collect(Collectors.groupingBy(Entry::generation));
        generations.forEach((generation, written) -> {
            var all = written.stream()
                    .filter(entry -> !CALLS.contains(entry.event()))
                    .toList();
            var client = written.get(0).client();
            var lives = all.stream().anyMatch(entry -> living.contains(String.valueOf(entry.connection())));
            var gone =
                    all.stream().filter(entry -> entry.event().equals("gone")).toList();
            expect(gone, lives ? 0 : 1, client, "gone of generation " + generation);
            // At least once, but never for a client that has not gone.
            for (var call : CALLS) {
                var calls = written.stream()
                        .filter(entry -> entry.event().equals(call))
                        .count();
                if (gone.isEmpty() != (calls == 0)) {
                    throw new WrongException(
                            gone.isEmpty() ? Kind.WRONG : Kind.LOST,
                            client,
                            "generation %d: gone %d times, %s %d times"
                                    .formatted(generation, gone.size(), call, calls));
                }
            }
            for (var release : gone) {
                if (release.held() > 0) {
                    throw new WrongException(
                            Kind.WRONG, client, "gone while %d rows of it were there".formatted(release.held()));
                }
                if (release.order()
                        != all.stream().mapToLong(Entry::order).max().orElseThrow()) {
                    throw new WrongException(
                            Kind.WRONG, client, "something happened after generation %d".formatted(generation));
                }
            }
        });
    }

    private static void expect(List<Entry> found, int expected, String client, String what) {
        if (found.size() != expected) {
            var kind = found.size() < expected ? Kind.LOST : Kind.WRONG;
            throw new WrongException(kind, client, "%s: %d times, not %d".formatted(what, found.size(), expected));
        }
    }

    private static void expect(List<Entry> found, int expected, String what) {
        expect(found, expected, found.get(0).client(), what);
    }

    private static Map<String, List<Entry>> byConnection(List<Entry> entries, String event) {
        return entries.stream()
                .filter(entry -> entry.event().equals(event))
                .collect(Collectors.groupingBy(entry -> String.valueOf((Object) connection(entry))));
    }

    private static ConnectionId connection(Entry entry) {
        return Objects.requireNonNull(entry.connection());
    }

    private static Set<String> minus(Set<String> from, Set<String> what) {
        var left = new HashSet<>(from);
        left.removeAll(what);
        return left;
    }
}
