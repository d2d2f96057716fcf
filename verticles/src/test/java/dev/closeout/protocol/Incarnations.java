package dev.closeout.protocol;

import java.util.List;

/** The rules of nodes' lives and their lanes. Each method is one statement. */
public class Incarnations {
    private final Ledger ledger;

    public Incarnations(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Begins an incarnation of a process; answers with its number. */
    public long join(Transaction by, long leaseMillis, boolean judges, String process) {
        var incarnation = nextIncarnation();
        ledger.nodes.lock(by, incarnation);
        var row = new NodeRow(incarnation, leaseMillis, by.now() + leaseMillis, false, by.now(), judges, process);
        ledger.nodes.write(by, incarnation, row);
        return incarnation;
    }

    /**
     * The processes that could declare others dead. Those too whose lease has run out: one that is not fenced may renew it
     * and go on.
     */
    public List<String> judges(Transaction by) {
        return by.seeAll(ledger.nodes, row -> row.judges() && !row.fenced()).stream()
                .map(NodeRow::process)
                .toList();
    }

    /** Whether the incarnation goes on; one that ran out and was not yet judged does. */
    public boolean renew(Transaction by, long incarnation) {
        var node = by.lockWhere(ledger.nodes, incarnation, row -> !row.fenced());
        if (node == null) {
            return false;
        }
        ledger.nodes.write(by, incarnation, node.heldUntil(by.now() + node.leaseMillis()));
        return true;
    }

    /** Opens a lane; again changes nothing. The lock on the node makes a fence wait, so that no lane slips past it. */
    public boolean openLane(Transaction by, LaneRow.Key lane) {
        return by.lockWhere(ledger.nodes, lane.incarnation(), row -> !row.fenced()) != null && insert(by, lane);
    }

    /** Gives the lease up; the first of two statements. */
    public boolean expire(Transaction by, long incarnation) {
        var node = by.lockWhere(ledger.nodes, incarnation, row -> true);
        if (node != null) {
            ledger.nodes.write(by, incarnation, node.left());
        }
        return node != null;
    }

    /** Forgets an incarnation that has no connections; its lanes go with it. The second statement. */
    public boolean leave(Transaction by, long incarnation) {
        if (by.seeAny(ledger.connections, row -> row.id().incarnation() == incarnation)) {
            return false;
        }
        return forget(by, incarnation);
    }

    /** Deletes a node's row and, as the foreign key has it, its lanes, whatever state they are in by then. */
    boolean forget(Transaction by, long incarnation) {
        if (by.lockWhere(ledger.nodes, incarnation, row -> true) == null) {
            return false;
        }
        // A foreign key is followed with a fresh view, also after a wait.
        for (var lane : ledger.lanes.copySeenBy(by).keySet()) {
            if (lane.incarnation() == incarnation) {
                ledger.lanes.lock(by, lane);
                ledger.lanes.write(by, lane, null);
            }
        }
        ledger.nodes.write(by, incarnation, null);
        return true;
    }

    /** From a sequence, so that no number is given twice. */
    protected long nextIncarnation() {
        return ledger.nextIncarnation();
    }

    protected final boolean insert(Transaction by, LaneRow.Key lane) {
        ledger.lanes.lock(by, lane);
        if (ledger.lanes.seenBy(by, lane) == null) {
            ledger.lanes.write(by, lane, new LaneRow(lane, 0, false));
        }
        return true;
    }
}
