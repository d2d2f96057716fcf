package dev.closeout.protocol;

/** What a committed transaction did for a user's hooks, once. */
public sealed interface Effect {
    /** The hook {@code opened} ran. */
    record Opened(ConnectionRow row) implements Effect {}

    /**
     * The hook {@code closed} ran.
     *
     * @param byOwner whether the owner's own batch said so, not a reaper in its stead
     */
    record Closed(ConnectionRow row, boolean byOwner) implements Effect {}

    /** The hook {@code gone} ran. */
    record Gone(ClientRow row) implements Effect {}
}
