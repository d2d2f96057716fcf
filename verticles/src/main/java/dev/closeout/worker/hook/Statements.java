package dev.closeout.worker.hook;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The set-based statements, with the user's hooks as parts of them: what Closeout changes and what the hooks do stands
 * or falls together, in one round trip. What is owed to handlers is written down by the same statement.
 */
public final class Statements {
    private static final String NAMES = "client, generation";
    private static final String NUMBER = "count(*)";
    private static final String NAME = "closeout_hook_";

    private final Map<Event, String> withHooks = new EnumMap<>(Event.class);
    private final Map<Event, String> whole = new EnumMap<>(Event.class);
    private final Map<Event, String> again = new EnumMap<>(Event.class);
    private final Map<Event, String> isolated = new EnumMap<>(Event.class);
    private final Map<Event, String> isolatedWhole = new EnumMap<>(Event.class);
    private final OwedHandlerNames owedNames;

    Statements(Map<Event, List<Hook>> hooks, OwedHandlerNames owedNames) {
        this.owedNames = owedNames;
        hooks.forEach((event, ofEvent) -> {
            var supply = event.supply() + owedNames.writtenDown(event);
            withHooks.put(event, assemble(NUMBER, event.relation(), supply, ofEvent));
            whole.put(event, assemble(columns(event), rows(event), supply, ofEvent));
            again.put(event, assemble(NAMES, event.relation(), fromLetter(event), ofEvent));
            var ofJson = event.supplyOfJson() + owedNames.writtenDown(event);
            isolated.put(event, asArray(NAMES, event.relation(), ofJson, ofEvent));
            isolatedWhole.put(event, asArray(columns(event), rows(event), ofJson, ofEvent));
        });
    }

    /** The same with no hook, and nothing owed. */
    public static Statements withoutHooks() {
        var none = new EnumMap<Event, List<Hook>>(Event.class);
        for (var event : Event.values()) {
            none.put(event, List.of());
        }
        return new Statements(none, OwedHandlerNames.NONE);
    }

    /**
     * Supplies the event's relation, runs its hooks and answers with the relation's rows.
     *
     * @param all whether with all columns, because there is somebody to be told, or with their number alone, in one row:
     *     thousands that nobody looks at would be written, sent and read
     */
    public String withHooks(Event event, boolean all) {
        return Objects.requireNonNull((all ? whole : withHooks).get(event));
    }

    /**
     * Takes the event's relation from a dead letter, and the letter away, and runs the hooks. Parameter: 1 the letter's
     * number. Nothing is written down as owed: that was done when the row became a letter.
     */
    public String again(Event event) {
        return Objects.requireNonNull(again.get(event));
    }

    /**
     * The same for {@code closeout.sift}: takes the rows as JSON and answers with one array. Parameters: 1 incarnation, 2
     * rows.
     */
    public String isolated(Event event, boolean all) {
        return Objects.requireNonNull((all ? isolatedWhole : isolated).get(event));
    }

    /**
     * Supplies the event's relation from rows in JSON and writes it to the dead letters instead of running hooks. What is
     * owed to handlers is owed all the same. It answers with the rows: they are gone, and there may be somebody
     * to be told. Not for opens: they are refused, and leave nothing.
     *
     * <p>Parameters: 1 incarnation, 2 rows, which also have {@code state} and {@code message}.
     */
    public String toDeadLetters(Event event, boolean all) {
        var key =
                event == Event.CLOSED ? "closed.connection = (r ->> 'number')::bigint" : "gone.client = r ->> 'client'";
        var connection = event == Event.CLOSED ? "incarnation, connection" : "NULL::bigint, NULL::bigint";
        return """
                WITH %s, closeout_letter AS (
                    INSERT INTO closeout.dead_letter (hook, incarnation, connection, "row", sqlstate, error)
                    SELECT '%s', %s, to_jsonb(%2$s), r ->> 'state', r ->> 'message'
                    FROM %2$s JOIN unnest($2::jsonb[]) AS r ON %s
                )
                SELECT %s FROM %2$s WHERE $1::bigint IS NOT NULL"""
                .formatted(
                        event.supplyOfJson() + owedNames.writtenDown(event),
                        event.relation(),
                        connection,
                        key,
                        all ? columns(event) : NAMES);
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

    /** One array of JSON instead of rows. */
    private static String asArray(String columns, String rows, String supply, List<Hook> hooks) {
        return with(supply, hooks)
                + "\nSELECT array_agg(to_jsonb(closeout_done)) FROM (SELECT %s%s FROM %s) AS closeout_done"
                        .formatted(columns, read(hooks), rows);
    }

    private static String assemble(String columns, String rows, String supply, List<Hook> hooks) {
        return with(supply, hooks) + "\nSELECT %s%s FROM %s".formatted(columns, read(hooks), rows);
    }

    private static String with(String supply, List<Hook> hooks) {
        var parts = new ArrayList<String>();
        parts.add(supply);
        for (var i = 0; i < hooks.size(); i++) {
            parts.add(hooks.get(i).as(NAME + i));
        }
        return "WITH " + String.join(",\n", parts);
    }

    /** PostgreSQL does not run a SELECT that nobody reads. */
    private static String read(List<Hook> hooks) {
        var read = new StringBuilder();
        for (var i = 0; i < hooks.size(); i++) {
            if (hooks.get(i).returnsRows()) {
                read.append(", (SELECT count(*) FROM ").append(NAME).append(i).append(')');
            }
        }
        return read.toString();
    }
}
