package dev.closeout.fault;

import dev.closeout.fault.Ledger.Entry;
import dev.closeout.fault.Service.Answer;
import dev.closeout.fault.WrongException.Kind;
import dev.closeout.message.ConnectionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nothing is given back under a client that is being served: neither for a connection that answers, nor for a client that
 * has one. What rows say to rows is not enough: a node that others have declared dead may go on serving, and end it before
 * anybody looks.
 */
final class ServiceCheck {
    private final Map<ConnectionId, Session> sessions = new HashMap<>();
    private final Map<Long, Set<ConnectionId>> generations;
    private final List<String> found = new ArrayList<>();

    private ServiceCheck(List<Entry> entries, Collection<Session> all) {
        for (var session : all) {
            var id = session.id();
            if (id != null) {
                sessions.put(ConnectionId.read(id), session);
            }
        }
        generations = entries.stream()
                .filter(entry -> entry.event().equals("opened"))
                .collect(Collectors.groupingBy(
                        Entry::generation, Collectors.mapping(ServiceCheck::connection, Collectors.toSet())));
    }

    /** Fails with the first client that was served when it should not have been, and says how many connections were. */
    static void check(List<Entry> entries, Collection<Session> sessions) {
        var check = new ServiceCheck(entries, sessions);
        var wronged = entries.stream().filter(check::isWrong).map(Entry::client).toList();
        if (!wronged.isEmpty()) {
            throw new WrongException(
                    Kind.WRONG,
                    wronged.get(0),
                    "%s (%d such effects)".formatted(check.found.get(0), check.found.size()));
        }
    }

    private boolean isWrong(Entry entry) {
        var wronged =
                switch (entry.event()) {
                    case "closed" -> Set.of(connection(entry));
                    case "gone" -> generations.getOrDefault(entry.generation(), Set.of());
                    default -> Set.<ConnectionId>of();
                };
        for (var id : wronged) {
            var session = sessions.get(id);
            var shown = session == null
                    ? Optional.<Answer>empty()
                    : session.service().at(entry.committed());
            if (shown.isPresent()) {
                found.add("%s was committed at %s while %s was served, until %s"
                        .formatted(
                                entry.event(),
                                entry.committed(),
                                id,
                                shown.get().heard()));
                return true;
            }
        }
        return false;
    }

    private static ConnectionId connection(Entry entry) {
        return Objects.requireNonNull(entry.connection());
    }
}
