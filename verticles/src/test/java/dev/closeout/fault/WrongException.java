package dev.closeout.fault;

/** Something that must never be: it names the client whose history shows it. */
final class WrongException extends RuntimeException {
    private final String client;

    WrongException(String client, String what) {
        super("%s: %s".formatted(client, what));
        this.client = client;
    }

    String client() {
        return client;
    }
}
