package dev.closeout.config;

import java.util.List;

/**
 * Section {@code hooks}: the user's SQL, each event a list of statements. The statements of one event run as parts of
 * one statement: all see the database as it was before it.
 *
 * @param opened reads the relation {@code opened}
 * @param closed reads the relation {@code closed}
 * @param gone reads the relation {@code gone}
 */
public record HooksSection(List<String> opened, List<String> closed, List<String> gone) {
    public static final HooksSection NONE = new HooksSection(List.of(), List.of(), List.of());

    public HooksSection {
        opened = checked("hooks.opened", opened);
        closed = checked("hooks.closed", closed);
        gone = checked("hooks.gone", gone);
    }

    private static List<String> checked(String key, List<String> statements) {
        for (var i = 0; i < statements.size(); i++) {
            Check.that(!statements.get(i).isBlank(), "%s[%d]".formatted(key, i), "empty", "an SQL statement");
        }
        return List.copyOf(statements);
    }
}
