package dev.closeout.protocol;

/**
 * A client that is owed a release.
 *
 * @param lingerMillis how long it may be away and stay the same
 * @param vacantSince milliseconds by the database's clock; {@link #NOT_VACANT} when nobody has seen it vacant
 */
public record ClientRow(String client, long generation, long lingerMillis, long vacantSince) {
    public static final long NOT_VACANT = Long.MIN_VALUE;

    boolean isMarked() {
        return vacantSince != NOT_VACANT;
    }

    /** Whether its time to linger has passed; one that was not seen vacant has not begun to linger. */
    boolean hasLingered(long now) {
        return lingerMillis == 0 || (isMarked() && vacantSince + lingerMillis <= now);
    }

    /** Whether somebody has to look at it when it has no connection: to mark it, or to release it. */
    boolean isDue(long now) {
        return !isMarked() || vacantSince + lingerMillis <= now;
    }

    ClientRow vacantFrom(long since) {
        return new ClientRow(client, generation, lingerMillis, since);
    }
}
