package dev.closeout.worker.hook;

/**
 * One statement of the user's, checked.
 *
 * @param sql without a semicolon at its end
 * @param returnsRows whether it must be read to be run: a SELECT, or a change with RETURNING
 */
record Hook(String sql, boolean returnsRows) {
    /** A common table expression of that name. The line breaks keep a comment at the end from swallowing the bracket. */
    String as(String name) {
        return "%s AS MATERIALIZED (\n%s\n)".formatted(name, sql);
    }
}
