package dev.closeout.worker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The set-based statements, with the user's hooks as parts of them: what Closeout changes and what the hooks do stands
 * or falls together, in one round trip.
 */
final class Statements {
    private final Map<Event, String> withHooks = new EnumMap<>(Event.class);

    Statements(Map<Event, List<Hook>> hooks) {
        hooks.forEach((event, ofEvent) -> withHooks.put(event, assemble(event, ofEvent)));
    }

    /** Supplies the event's relation, runs its hooks and answers with the relation's rows. */
    String withHooks(Event event) {
        return Objects.requireNonNull(withHooks.get(event));
    }

    /** Supplies the event's relation and writes its rows to the dead letters instead of running hooks. */
    static String toDeadLetters(Event event) {
        return switch (event) {
            // The open is refused, so nothing may be inserted for it.
            case OPENED ->
                """
                INSERT INTO closeout.dead_letter (hook, incarnation, lane, batch, connection, "row", sqlstate, error)
                VALUES ('opened', $1, $2, $3, $4, $5, $6, $7)""";
            case CLOSED ->
                """
                WITH %s
                INSERT INTO closeout.dead_letter (hook, incarnation, connection, "row", sqlstate, error)
                SELECT 'closed', incarnation, connection, to_jsonb(closed), $5::text, $6::text FROM closed"""
                        .formatted(event.supply());
            case GONE ->
                """
                WITH %s
                INSERT INTO closeout.dead_letter (hook, "row", sqlstate, error)
                SELECT 'gone', to_jsonb(gone), $2::text, $3::text FROM gone"""
                        .formatted(event.supply());
        };
    }

    private static String assemble(Event event, List<Hook> hooks) {
        var parts = new ArrayList<String>();
        var read = new StringBuilder();
        parts.add(event.supply());
        for (var i = 0; i < hooks.size(); i++) {
            var name = "closeout_hook_" + i;
            parts.add(hooks.get(i).as(name));
            if (hooks.get(i).returnsRows()) {
                // PostgreSQL does not run a SELECT that nobody reads.
                read.append(", (SELECT count(*) FROM ").append(name).append(')');
            }
        }
        return "WITH %s\nSELECT client, generation%s FROM %s"
                .formatted(String.join(",\n", parts), read, event.relation());
    }
}
