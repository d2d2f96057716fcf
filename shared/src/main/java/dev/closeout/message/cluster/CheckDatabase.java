package dev.closeout.message.cluster;

/** The question whether a worker reaches PostgreSQL: an empty request to any worker, an empty answer or a failure. */
public final class CheckDatabase {
    public static final String ADDRESS = "closeout.database.check";

    private CheckDatabase() {}
}
