package dev.closeout.fault;

/** What a session holds in its hands: one connection to a node, whatever it is made of. Used on the clients' event loop. */
interface Line {
    /** Asks what the node answers with the same text. */
    void ask(String text);

    /** Says something as the client. */
    void say(String text);

    /** Ends it so, or brings the node to it. */
    void end(Session.Way way);

    /** Ends it at once, whatever is on its way. */
    void breakOff();
}
