package dev.closeout.worker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The set-based statements, with the user's hooks as parts of them: what Closeout changes and what the hooks do stands
 * or falls together, in one round trip. What is owed to handlers is written down by the same statement.
 */
final class Statements {
    private final Map<Event, String> withHooks = new EnumMap<>(Event.class);
    private final Map<Event, String> again = new EnumMap<>(Event.class);
    private final Creditors creditors;

    Statements(Map<Event, List<Hook>> hooks, Creditors creditors) {
        this.creditors = creditors;
        hooks.forEach((event, ofEvent) -> {
            withHooks.put(event, assemble(event, event.supply() + creditors.writtenDown(event), ofEvent));
            again.put(event, assemble(event, fromLetter(event), ofEvent));
        });
    }

    /** Supplies the event's relation, runs its hooks and answers with the relation's rows. */
    String withHooks(Event event) {
        return Objects.requireNonNull(withHooks.get(event));
    }

    /**
     * Takes the event's relation from a dead letter, and the letter away, and runs the hooks. Parameter: 1 the letter's
     * number. Nothing is written down as owed: that was done when the row became a letter.
     */
    String again(Event event) {
        return Objects.requireNonNull(again.get(event));
    }

    /**
     * Supplies the event's relation and writes its rows to the dead letters instead of running hooks. What is owed to
     * handlers is owed all the same.
     */
    String toDeadLetters(Event event) {
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
                        .formatted(event.supply() + creditors.writtenDown(event));
            case GONE ->
                """
                WITH %s
                INSERT INTO closeout.dead_letter (hook, "row", sqlstate, error)
                SELECT 'gone', to_jsonb(gone), $2::text, $3::text FROM gone"""
                        .formatted(event.supply() + creditors.writtenDown(event));
        };
    }

    private static String fromLetter(Event event) {
        return """
                closeout_letter AS (
                    DELETE FROM closeout.dead_letter WHERE id = $1 AND hook = '%s' RETURNING "row"
                ), %1$s AS (
                    SELECT r.* FROM closeout_letter l, jsonb_to_record(l."row") AS r (%s)
                )"""
                .formatted(event.relation(), event.columns());
    }

    private static String assemble(Event event, String supply, List<Hook> hooks) {
        var parts = new ArrayList<String>();
        var read = new StringBuilder();
        parts.add(supply);
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
