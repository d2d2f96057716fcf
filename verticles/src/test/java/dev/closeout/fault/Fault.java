package dev.closeout.fault;

/**
 * Something that is done to the cluster while clients come and go.
 *
 * @param name what reports and {@code -Dfaults.only} call it
 * @param inflict does it, and returns when it is over; what it leaves broken is healed afterwards
 */
record Fault(String name, Action inflict) {
    /** What is done. */
    interface Action {
        void on(Scene scene) throws Exception;
    }
}
