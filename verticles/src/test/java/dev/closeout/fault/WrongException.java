package dev.closeout.fault;

/** What the judge finds: it names the client whose history shows it. */
final class WrongException extends RuntimeException {
    /** Which figure of the report it counts in. */
    enum Kind {
        /** Something that is owed has not been done, and nobody does it any more. */
        LOST,
        /** Something was done that must not be: twice, too early, to the living. */
        WRONG
    }

    private final Kind kind;
    private final String client;

    WrongException(Kind kind, String client, String what) {
        super("%s: %s".formatted(client, what));
        this.kind = kind;
        this.client = client;
    }

    Kind kind() {
        return kind;
    }

    String client() {
        return client;
    }
}
