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
    private static final String NAMES = "client, generation";

    private final Map<Event, String> withHooks = new EnumMap<>(Event.class);
    private final Map<Event, String> whole = new EnumMap<>(Event.class);
    private final Map<Event, String> again = new EnumMap<>(Event.class);
    private final Creditors creditors;

    Statements(Map<Event, List<Hook>> hooks, Creditors creditors) {
        this.creditors = creditors;
        hooks.forEach((event, ofEvent) -> {
            var supply = event.supply() + creditors.writtenDown(event);
            withHooks.put(event, assemble(NAMES, event.relation(), supply, ofEvent));
            whole.put(event, assemble(columns(event), rows(event), supply, ofEvent));
            again.put(event, assemble(NAMES, event.relation(), fromLetter(event), ofEvent));
        });
    }

    /**
     * Supplies the event's relation, runs its hooks and answers with the relation's rows.
     *
     * @param all whether with all columns, because there is somebody to be told, or with client and generation alone
     */
    String withHooks(Event event, boolean all) {
        return Objects.requireNonNull((all ? whole : withHooks).get(event));
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
     * handlers is owed all the same. For rows that went, it answers with them as {@link #withHooks} does: they are gone,
     * and there may be somebody to be told.
     */
    String toDeadLetters(Event event, boolean all) {
        return switch (event) {
            // The open is refused, so nothing may be inserted for it.
            case OPENED ->
                """
                INSERT INTO closeout.dead_letter (hook, incarnation, lane, batch, connection, "row", sqlstate, error)
                VALUES ('opened', $1, $2, $3, $4, $5, $6, $7)""";
            case CLOSED ->
                """
                WITH %s, closeout_letter AS (
                    INSERT INTO closeout.dead_letter (hook, incarnation, connection, "row", sqlstate, error)
                    SELECT 'closed', incarnation, connection, to_jsonb(closed), $5::text, $6::text FROM closed
                )
                SELECT %s FROM closed"""
                        .formatted(event.supply() + creditors.writtenDown(event), all ? columns(event) : NAMES);
            case GONE ->
                """
                WITH %s, closeout_letter AS (
                    INSERT INTO closeout.dead_letter (hook, "row", sqlstate, error)
                    SELECT 'gone', to_jsonb(gone), $2::text, $3::text FROM gone
                )
                SELECT %s FROM gone"""
                        .formatted(event.supply() + creditors.writtenDown(event), all ? columns(event) : NAMES);
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

    /** All columns of the relation; for connections that opened also whether their client arrived with them. */
    private static String columns(Event event) {
        return event == Event.OPENED ? "opened.*, closeout_arrived.arrived" : event.relation() + ".*";
    }

    private static String rows(Event event) {
        return event == Event.OPENED ? "opened JOIN closeout_arrived USING (client)" : event.relation();
    }

    private static String assemble(String columns, String rows, String supply, List<Hook> hooks) {
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
        return "WITH %s\nSELECT %s%s FROM %s".formatted(String.join(",\n", parts), columns, read, rows);
    }
}
