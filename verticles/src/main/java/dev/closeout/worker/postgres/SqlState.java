package dev.closeout.worker.postgres;

import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's error codes mean here.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
public final class SqlState {
    private static final String OWN_CLASS = "CO";
    static final String FENCED = "CO001";
    public static final String ALREADY_APPLIED = "CO002";
    static final String OUT_OF_ORDER = "CO003";

    /**
     * Classes that speak of the rows, not of the server or the statement: cardinality, data, integrity, triggers, check
     * options, and what users raise themselves.
     */
    private static final Set<String> OF_DATA = Set.of("21", "22", "23", "27", "44", "P0");

    /** Another transaction held what a row needs, for too long. It passes, and yet other rows need not wait for it. */
    public static final String LOCKED = "55P03";

    /**
     * What another try of the whole mends, as beginnings of codes: on a server that only reads, rolled back, out of
     * resources, cancelled or ended by an operator.
     */
    private static final List<String> PASSING =
            List.of("08", "25", "40001", "40003", "40P01", "53", "55006", "57", "58");

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    /**
     * Codes that speak of the server or of this connection to it: all of it ends, or takes no writes, or takes nobody
     * more. The others of class 57 speak of one statement.
     */
    private static final Set<String> OF_SERVER = Set.of("25006", "53300", "57P01", "57P02", "57P03", "57P04", "57P05");

    /** The driver's word for a server that answers and cannot be spoken to as it was told, such as without TLS. */
    private static final String REJECTED = "08004";

    private SqlState() {}

    public static boolean is(Throwable thrown, String state) {
        return thrown instanceof PgException postgres && state.equals(postgres.getSqlState());
    }

    /** Whether the server takes no more connections: it answers, and those that there are go on. */
    static boolean isFull(Throwable thrown) {
        return is(thrown, "53300");
    }

    /** Whether a code speaks of the row, so that no other row has to be asked. */
    public static boolean isOfData(String state) {
        return OF_DATA.contains(state.substring(0, 2));
    }

    /** Whether some rows may be at fault, so that they are to be tried apart. */
    public static boolean isOfRows(Throwable thrown) {
        return thrown instanceof PgException postgres
                && (is(thrown, LOCKED) || !isPassing(thrown))
                && !OWN_CLASS.equals(classOf(postgres))
                && !classOf(postgres).isEmpty();
    }

    /** What fails all rows, as patterns of LIKE. */
    public static String[] passing() {
        return PASSING.stream().map(beginning -> beginning + "%").toArray(String[]::new);
    }

    /** Whether two transactions met; the same one runs again. */
    public static boolean isConflict(Throwable thrown) {
        return thrown instanceof PgException postgres && CONFLICTS.contains(postgres.getSqlState());
    }

    /** Whether the server, not the statement, is why: the connection is of no more use, nor perhaps is the server. */
    public static boolean isOfServer(Throwable thrown) {
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
    public static boolean isPassing(Throwable thrown) {
        return !(thrown instanceof PgException postgres)
                || is(thrown, LOCKED)
                || PASSING.stream().anyMatch(String.valueOf(postgres.getSqlState())::startsWith);
    }

    /** Whether a driver's error code says that nobody answered, or not yet. */
    static boolean isNoAnswer(@Nullable String state) {
        return state != null && (OF_SERVER.contains(state) || (state.startsWith("08") && !state.equals(REJECTED)));
    }

    /** The failure that a sender is told. */
    public static ReplyException failure(Throwable thrown) {
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
