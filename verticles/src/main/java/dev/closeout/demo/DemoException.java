package dev.closeout.demo;

/** The demo could not be shown; the message says what did not happen. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }
}
