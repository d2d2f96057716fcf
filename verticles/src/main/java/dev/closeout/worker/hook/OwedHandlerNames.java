package dev.closeout.worker.hook;

import dev.closeout.config.NodeConfig;
import dev.closeout.config.OwedSection;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The handlers to whom each event is owed, by their names. */
public record OwedHandlerNames(Map<Event, List<String>> names) {
    public static final OwedHandlerNames NONE = new OwedHandlerNames(Map.of());

    /** Those of the configuration, and the webhook when there is one. */
    public static OwedHandlerNames of(NodeConfig config) {
        return new OwedHandlerNames(Map.of(
                Event.CLOSED, with(config, config.owed().connectionClosed(), ConnectionClosed.EVENT),
                Event.GONE, with(config, config.owed().clientGone(), ClientGone.EVENT)));
    }

    private static List<String> with(NodeConfig config, List<String> configured, String event) {
        var all = new ArrayList<>(configured);
        if (config.webhook().posts(event)) {
            all.add(OwedSection.WEBHOOK);
        }
        return List.copyOf(all);
    }

    public List<String> of(Event event) {
        return names.getOrDefault(event, List.of());
    }

    /**
     * Writes down, in the statement that deletes the rows of the relation, that each of them is owed: it stands or
     * falls with the release. Empty when there is nobody. Names are letters, digits, dots and dashes: safe to quote.
     */
    String writtenDown(Event event) {
        if (of(event).isEmpty()) {
            return "";
        }
        var names = of(event).stream().map("('%s')"::formatted).collect(Collectors.joining(", "));
        return """
                , closeout_owed AS (
                    INSERT INTO closeout.owed (event, handler, "row")
                    SELECT '%s', owed_to.name, to_jsonb(%s)
                    FROM %2$s CROSS JOIN (VALUES %s) AS owed_to (name)
                )"""
                .formatted(event.published(), event.relation(), names);
    }
}
