package dev.closeout.message.cluster;

/**
 * Within a node: members that held reference counts are gone, or a split has healed. Owners say their counts again. The
 * message is empty and has no answer.
 */
public final class CountsLost {
    public static final String ADDRESS = "closeout.counts.lost";

    private CountsLost() {}
}
