package dev.closeout.fault;

import io.vertx.core.buffer.Buffer;

/** What a client says and hears on one connection, in the words of its transport. Used on one thread. */
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

        /** The protocol itself wants this to be said. */
        void answer(Buffer bytes);
    }

    Buffer hello(String client);

    /** A question that the node answers with the same text. */
    Buffer ping(String text);

    /** A message of the client's. */
    Buffer message(String text);

    /** What is said before a polite end; may be empty. */
    Buffer goodbye();

    /** What no node puts up with. */
    Buffer offence();

    /** Takes what came, in pieces as they come. */
    void received(Buffer bytes, Listener listener);
}
