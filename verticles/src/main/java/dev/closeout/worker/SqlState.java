package dev.closeout.worker;

import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's error codes mean here.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
final class SqlState {
    static final String FENCED = "CO001";
    static final String ALREADY_APPLIED = "CO002";
    static final String OUT_OF_ORDER = "CO003";

    /**
     * Classes that speak of the rows, not of the server or the statement: cardinality, data, integrity, triggers, check
     * options, and what users raise themselves.
     */
    private static final Set<String> OF_DATA = Set.of("21", "22", "23", "27", "44", "P0");

    /**
     * Classes that another try mends: on a server that only reads, rolled back, out of resources, locked or cancelled,
     * ended by an operator.
     */
    private static final Set<String> PASSING = Set.of("08", "25", "40", "53", "55", "57", "58");

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    /**
     * Codes that speak of the server or of this connection to it: all of it ends, or takes no writes, or takes nobody
     * more. The others of class 57 speak of one statement.
     */
    private static final Set<String> OF_SERVER = Set.of("25006", "53300", "57P01", "57P02", "57P03", "57P04", "57P05");

    /** The driver's word for a server that answers and cannot be spoken to as it was told, such as without TLS. */
    private static final String REJECTED = "08004";

    private SqlState() {}

    static boolean is(Throwable thrown, String state) {
        return thrown instanceof PgException postgres && state.equals(postgres.getSqlState());
    }

    /** Whether the server takes no more connections: it answers, and those that there are go on. */
    static boolean isFull(Throwable thrown) {
        return is(thrown, "53300");
    }

    /** Whether some row is at fault, so that halving the batch finds it. */
    static boolean isOfData(Throwable thrown) {
        return thrown instanceof PgException postgres && OF_DATA.contains(classOf(postgres));
    }

    /** Whether two transactions met; the same one runs again. */
    static boolean isConflict(Throwable thrown) {
        return thrown instanceof PgException postgres && CONFLICTS.contains(postgres.getSqlState());
    }

    /** Whether the server, not the statement, is why: the connection is of no more use, nor perhaps is the server. */
    static boolean isOfServer(Throwable thrown) {
        return !(thrown instanceof PgException postgres)
                ? !isAnswer(thrown)
                : OF_SERVER.contains(postgres.getSqlState()) || "08".equals(classOf(postgres));
    }

    /** Failures of our own making that say nothing of the server. */
    private static boolean isAnswer(Throwable thrown) {
        var known = Failure.of(thrown);
        return known != null && known != Failure.DATABASE_AWAY;
    }

    /** Whether another try may go through. What is not an answer of PostgreSQL's is the lack of one. */
    static boolean isPassing(Throwable thrown) {
        return !(thrown instanceof PgException postgres) || PASSING.contains(classOf(postgres));
    }

    /** Whether a driver's error code says that nobody answered, or not yet. */
    static boolean isNoAnswer(@Nullable String state) {
        return state != null && (OF_SERVER.contains(state) || (state.startsWith("08") && !state.equals(REJECTED)));
    }

    /** The failure that a sender is told. */
    static ReplyException failure(Throwable thrown) {
        if (thrown instanceof ReplyException known) {
            return known;
        }
        var text = String.valueOf(thrown.getMessage());
        if (!(thrown instanceof PgException postgres)) {
            return Failure.DATABASE_AWAY.because(text);
        }
        return switch (String.valueOf(postgres.getSqlState())) {
            case FENCED -> Failure.FENCED.because(text);
            case OUT_OF_ORDER -> Failure.OUT_OF_ORDER.because(text);
            default -> (isPassing(thrown) ? Failure.DATABASE_AWAY : Failure.DATABASE_REFUSED).because(text);
        };
    }

    private static String classOf(PgException postgres) {
        var state = postgres.getSqlState();
        return state == null ? "" : state.substring(0, 2);
    }
}
