package dev.closeout.message.cluster;

/**
 * Within a node: work that is owed to handlers may just have been written down, so look for it now. The message is empty
 * and has no answer; one that is lost delays the work until the next look.
 */
public final class WorkOwed {
    public static final String ADDRESS = "closeout.work.owed";

    private WorkOwed() {}
}
