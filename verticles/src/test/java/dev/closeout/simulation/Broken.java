package dev.closeout.simulation;

import java.util.Set;

/** The rules, each broken: what the simulation must catch, or it proves nothing. */
enum Broken {
    /** A lane takes any batch, whatever its number. */
    NUMBER_NOT_CHECKED(Invariant.I2, Invariant.I3, Invariant.WELCOME),
    /** A lane takes batches after it was fenced. */
    FENCE_NOT_CHECKED(Invariant.I5, Invariant.I3),
    /** A reaper fences the node but not its lanes. */
    LANES_NOT_FENCED(Invariant.I5, Invariant.I3),
    /** Opening a lane does not lock the node, and slips past its fence. */
    LANE_SLIPS_PAST_FENCE(Invariant.I5),
    /** A release locks and decides in one statement, whose view is older than its lock. */
    RELEASE_IN_ONE_STATEMENT(Invariant.I1, Invariant.LINGER),
    /** A client is marked vacant by a view that is older than its lock. */
    MARKED_IN_ONE_STATEMENT(Invariant.LINGER),
    /** A client is released because the counts say so. */
    RELEASE_BY_COUNT_ALONE(Invariant.I1, Invariant.LINGER),
    /** A reaper fences, closes and forgets in one statement: what was just committing survives for ever. */
    REAPED_IN_ONE_STATEMENT(Invariant.I3),
    /** A node that leaves does not fence its lanes. */
    LEFT_WITHOUT_FENCE(Invariant.I3, Invariant.I5),
    /** A node that is cut off lives on for as long as its lease, and longer. */
    CUT_OFF_AND_LIVES_ON(Invariant.JUDGED),
    /** A node keeps its sockets because its own worker does not reach the database. */
    OWN_WORD_HOLDS(Invariant.JUDGED),
    /** The word of one judge is enough, whatever the others say. */
    ONE_WORD_HOLDS(Invariant.JUDGED),
    /** A judge that cannot be reached counts for none. */
    UNREACHABLE_IS_NO_JUDGE(Invariant.JUDGED),
    /** A judge that has given its word judges all the same, and at once, when the database is back: either would do. */
    WORD_WITHOUT_PROMISE(Invariant.JUDGED),
    /** A reaper does not ask an incarnation before it declares it dead. */
    REAPED_UNASKED(Invariant.JUDGED),
    /** A reaper judges whose own incarnation is over, or has just begun. */
    JUDGED_WITHOUT_LEASE(Invariant.JUDGED),
    /** A judge whose process has ended is waited for. */
    DEAD_IS_A_JUDGE(Invariant.STAYS),
    /** A node that hears that it was declared dead goes on as before. */
    FENCED_AND_TRIED_AGAIN(Invariant.I3, Invariant.JUDGED),
    /** An owner takes a lane of an incarnation that ended while it asked. */
    LANE_OF_ENDED_INCARNATION(Invariant.JUDGED, Invariant.I3),
    /** Incarnations are numbered from what is in the table, not from a sequence. */
    INCARNATION_USED_AGAIN(Invariant.I2, Invariant.I3, Invariant.I4, Invariant.JUDGED),
    /** A client that comes back has the generation that it had. */
    GENERATION_USED_AGAIN(Invariant.I2),
    /** A close goes into the batch of its open, and is applied first. */
    CLOSE_BEFORE_OPEN(Invariant.I3),
    /** A worker answers before the commit. */
    ANSWERED_BEFORE_COMMIT(Invariant.WELCOME, Invariant.I3),
    /** Nothing sweeps. */
    NO_SWEEP(Invariant.I3),
    /** Cells are counted up and down. */
    COUNTED_UP_AND_DOWN(Invariant.I4, Invariant.I3),
    /** A cell takes whatever comes last. */
    LAST_CELL_WINS(Invariant.I4),
    /** A merge keeps one side's whole entry. */
    WHOLE_ENTRIES_MERGED(Invariant.I4),
    /** A cell at zero goes at once, and nothing is remembered of its lane. */
    NO_TOMBSTONES(Invariant.I4),
    /** A batch whose cells have not all answered counts for one that came whole: a tombstone is left out too early. */
    UNANSWERED_IS_COUNTED(Invariant.I4),
    /** Cells of dead incarnations stay. */
    DEAD_CELLS_STAY(Invariant.I4),
    /** Owners never compare their rows and counts. */
    NO_RECONCILIATION(Invariant.I4, Invariant.I3);

    @SuppressWarnings("ImmutableEnumChecker") // Nobody writes to it.
    private final Set<Invariant> caughtBy;

    Broken(Invariant... caughtBy) {
        this.caughtBy = Set.of(caughtBy);
    }

    boolean isCaughtBy(Invariant invariant) {
        return caughtBy.contains(invariant);
    }
}
