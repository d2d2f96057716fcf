package dev.closeout.fault;

/**
 * Something that is done to the cluster while clients come and go.
 *
 * @param name what reports and {@code -Dfaults.only} call it
 * @param shape the cluster that it is done to
 * @param inflict does it, and returns when it is over; what it leaves broken is healed afterwards
 */
record Fault(String name, Shape shape, Action inflict) {
    /** Three nodes are the fewest of which two can do something behind the third one's back. */
    Fault(String name, Action inflict) {
        this(name, Shape.of(Cluster.NODES), inflict);
    }

    /** What is done. */
    interface Action {
        void on(Scene scene) throws Exception;
    }
}
