package dev.closeout.door;

/** A client that was welcomed at some door. It blocks. */
interface Visitor extends AutoCloseable {
    /** Ends as its transport has it. */
    void leave();

    /** Breaks off what is below, without a word. */
    void breakOff();

    /** Shows a fresh token; fails unless it is accepted. */
    void renew(String token);

    /** Reads what it was told, until there is that text. */
    void hears(String text);

    @Override
    void close();
}
