package dev.closeout.protocol;

import java.util.List;

/** The rules by which dead lives are ended and cleaned up after. Each method is one statement. */
public class Reaping {
    private final Ledger ledger;
    private final Incarnations lives;
    private final int setLimit;

    /**
     * The rules of one configuration.
     *
     * @param setLimit connections closed in one transaction
     */
    public Reaping(Ledger ledger, Incarnations lives, int setLimit) {
        this.ledger = ledger;
        this.lives = lives;
        this.setLimit = setLimit;
    }

    /** Incarnations that have run out, or that somebody has begun on. */
    public List<Long> dead(Transaction by) {
        return by.seeAll(ledger.nodes, row -> row.isDead(by.now())).stream()
                .map(NodeRow::incarnation)
                .toList();
    }

    /** Declares an incarnation dead that has not been renewed meanwhile, while the process that does so holds a lease itself. */
    public boolean fenceNode(Transaction by, long incarnation, String judge) {
        if (!mayJudge(by, judge)) {
            return false;
        }
        var node = by.lockWhere(ledger.nodes, incarnation, row -> row.isDead(by.now()));
        if (node != null) {
            ledger.nodes.write(by, incarnation, node.fence());
        }
        return node != null;
    }

    protected boolean mayJudge(Transaction by, String judge) {
        return by.seeAny(ledger.nodes, row -> row.process().equals(judge) && row.mayJudge(by.now()));
    }

    /** Waits for the batches of the incarnation that are just committing; none commits afterwards. */
    public int fenceLanes(Transaction by, long incarnation) {
        var fenced = 0;
        for (var seen : by.seeAll(ledger.lanes, row -> row.key().incarnation() == incarnation && !row.fenced())) {
            var lane = by.lockWhere(ledger.lanes, seen.key(), row -> !row.fenced());
            if (lane != null) {
                ledger.lanes.write(by, seen.key(), lane.fence());
                fenced++;
            }
        }
        return fenced;
    }

    /** Locks some connections of the incarnation, past those that another reaper has. */
    public List<ConnectionRow> lockSome(Transaction by, long incarnation) {
        var some = ledger.connectionsOf(by, incarnation).stream()
                .filter(row -> !ledger.connections.isLocked(by, row.id()))
                .limit(setLimit)
                .toList();
        some.forEach(row -> ledger.connections.lock(by, row.id()));
        return some;
    }

    /** Closes what the statement before has locked. */
    public int close(Transaction by, List<ConnectionRow> rows) {
        rows.forEach(row -> Batches.remove(ledger, by, row.id(), false));
        return rows.size();
    }

    /** Forgets a fenced incarnation that has no connection left. */
    public boolean forget(Transaction by, long incarnation) {
        var node = by.see(ledger.nodes, incarnation);
        return node != null && node.fenced() && lives.leave(by, incarnation);
    }
}
