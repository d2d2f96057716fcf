package dev.closeout.worker.hook;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.HooksSection;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the database whether it would take the user's hooks, before a connection is accepted. */
final class HookCheck {
    /** PostgreSQL's word for reading a change that returns no rows. */
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    private static final String UNDEFINED_PARAMETER = "42P02";

    /** It plans and asks for privileges, which preparing does not, and runs nothing. */
    private static final String EXPLAIN = "EXPLAIN ";

    private final SqlConnection connection;

    HookCheck(SqlConnection connection) {
        this.connection = connection;
    }

    /** Fails with a {@link ConfigurationException} when names and texts of the world do not fit into the database. */
    Future<Void> checkEncoding() {
        return connection.query("SHOW server_encoding").execute().compose(rows -> {
            var encoding = rows.iterator().next().getString(0);
            return "UTF8".equals(encoding)
                    ? Future.succeededFuture()
                    : Future.failedFuture(new ConfigurationException(
                            "database.uri: the database's encoding is %s, in which most clients cannot be written down; it has to be UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
                                    .formatted(encoding)));
        });
    }

    /** Fails with a {@link ConfigurationException} that shows the SQL, the place and PostgreSQL's own message. */
    Future<Map<Event, List<Hook>>> check(HooksSection hooks) {
        Future<Map<Event, List<Hook>>> all = Future.succeededFuture(new EnumMap<>(Event.class));
        for (var event : Event.values()) {
            all = all.compose(known -> check(event, event.hooksOf(hooks)).map(checked -> {
                known.put(event, checked);
                return known;
            }));
        }
        return all;
    }

    private Future<List<Hook>> check(Event event, List<String> statements) {
        Future<List<Hook>> all = Future.succeededFuture(new ArrayList<>());
        for (var i = 0; i < statements.size(); i++) {
            var key = "hooks.%s[%d]".formatted(event.relation(), i);
            var sql = withoutSemicolon(statements.get(i));
            all = all.compose(known -> check(event, key, sql).map(hook -> {
                known.add(hook);
                return known;
            }));
        }
        return all;
    }

    private Future<Hook> check(Event event, String key, String sql) {
        var before = "WITH %s AS (%s), closeout_hook AS (\n".formatted(event.relation(), emptyRow(event));
        var read = before + sql + "\n) SELECT count(*) FROM closeout_hook";
        var unread = before + sql + "\n) SELECT 1";
        return prepare(read)
                .map(prepared -> new Hook(sql, true))
                .recover(failure -> SqlState.is(failure, FEATURE_NOT_SUPPORTED)
                        ? prepare(unread).map(prepared -> new Hook(sql, false))
                        : Future.failedFuture(failure))
                .recover(failure -> refused(key, sql, failure, before.length()))
                .compose(hook -> connection
                        .query(EXPLAIN + (hook.returnsRows() ? read : unread))
                        .execute()
                        .map(hook)
                        .recover(failure -> refused(key, sql, failure, EXPLAIN.length() + before.length())))
                .compose(hook -> refuseIfBlind(event, key, hook));
    }

    /** A hook that does not read its relation would change the same rows for everybody: surely not what is meant. */
    private Future<Hook> refuseIfBlind(Event event, String key, Hook hook) {
        return prepare("WITH %s SELECT 1".formatted(hook.as("closeout_hook")))
                .transform(alone -> alone.failed()
                        ? Future.succeededFuture(hook)
                        : Future.failedFuture(new ConfigurationException(
                                "%s does not read the relation %s, so it would do the same whoever it runs for:%n%s"
                                        .formatted(
                                                key,
                                                event.relation(),
                                                hook.sql().indent(4)))));
    }

    private static Future<Hook> refused(String key, String sql, Throwable failure, int offset) {
        return Future.failedFuture(
                failure instanceof PgException postgres
                        ? new ConfigurationException(sentence(key, sql, postgres, offset))
                        : failure);
    }

    private Future<Void> prepare(String sql) {
        return connection.prepare(sql).compose(statement -> statement.close());
    }

    private static String emptyRow(Event event) {
        return Arrays.stream(event.columns().split(",\\s*"))
                .map(column -> column.split(" "))
                .map(column -> "NULL::%s AS %s".formatted(column[1], column[0]))
                .collect(Collectors.joining(", ", "SELECT ", ""));
    }

    private static String withoutSemicolon(String sql) {
        return sql.strip().replaceFirst("[;\\s]+$", "");
    }

    private static String sentence(String key, String sql, PgException failure, int offset) {
        var text = "%s cannot be prepared: %s (%s)".formatted(key, failure.getErrorMessage(), failure.getSqlState());
        if (UNDEFINED_PARAMETER.equals(failure.getSqlState())) {
            text += ". A hook has no parameters: it reads the columns of its relation";
        } else if (failure.getHint() != null) {
            text += ". " + failure.getHint();
        }
        return text + "\n" + pointed(sql, failure.getPosition(), offset);
    }

    /** The hook's text with a caret under the place that PostgreSQL names. */
    private static String pointed(String sql, String position, int offset) {
        var place = position == null ? -1 : Integer.parseInt(position) - 1 - offset;
        var shown = new StringBuilder();
        var start = 0;
        for (var line : sql.split("\n", -1)) {
            shown.append("    ").append(line).append('\n');
            if (place >= start && place <= start + line.length()) {
                shown.append("    ").append(" ".repeat(place - start)).append("^\n");
            }
            start += line.length() + 1;
        }
        return shown.toString();
    }
}
