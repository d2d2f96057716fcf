package dev.closeout.message.cluster;

/**
 * A request to the workers of one node alone. It travels to the node's own address, and on from there, within the node,
 * to the address that its header names; the answer is that of whoever takes it there. Without the header it only asks
 * whether the node answers at all, and is answered with null.
 */
public final class AskNode {
    public static final String ADDRESS = "closeout.node.ask";
    /** The header with the address within the node. */
    public static final String WITHIN = "address";

    private AskNode() {}

    /** The address of one node; its id is the one that the cluster knows it by. */
    public static String addressOf(String node) {
        return ADDRESS + "." + node;
    }
}
