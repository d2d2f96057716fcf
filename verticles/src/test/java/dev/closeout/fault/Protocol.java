package dev.closeout.fault;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** What a client says and hears on a socket of its own, in the words of its transport. Used on one thread. */
interface Protocol {
    /** What is heard. */
    interface Listener {
        void welcomed(String id);

        /** A refusal or a farewell, such as {@code try-again-later} and what follows it. */
        void told(String words);

        /** The answer to a {@link Protocol#ping}, with its text. */
        void ponged(String text);

        /** A message to the client. */
        void heard(String text);
    }

    /** The first words, with what lets the client in. */
    Buffer hello(String client, String token);

    /** A question that the node answers with the same text. */
    Buffer ping(String text);

    /** A message of the client's. */
    Buffer message(String text);

    /** What is said before a polite end; may be empty. */
    Buffer goodbye();

    /** What no node puts up with. */
    Buffer offence();

    /**
     * Takes what came, in pieces as they come.
     *
     * @param answer says what the protocol itself wants to be said
     */
    void received(Buffer bytes, Listener listener, Consumer<Buffer> answer);
}
