package dev.closeout.tenure;

import dev.closeout.message.cluster.Judge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long one incarnation of a node is held, as the node itself must see it.
 *
 * <pre>
 *             renewed by anybody, or nobody can judge it now
 *          ┌────────────────────────────────────────────────┐
 *          ▼                                                │
 *  join ─▶ held ── neither, for 75 % of a lease ──▶ over ─╳─┘
 *          │                                         ▲
 *          └────────────── declared dead ────────────┘
 * </pre>
 *
 * <p>The incarnation is held, since it was asked for, by a renewal; or by the word of <em>every</em> process that could judge it:
 * PostgreSQL is away for that one too, so it promises not to judge this incarnation for a lease. A judge that does not answer has
 * not given its word, unless its process is proven dead. Who could judge is told with each renewal; a judge that joins
 * later waits for a lease and then introduces itself.
 *
 * <p>What is over stays over: an answer that comes after that time changes nothing. A quarter of the lease is left for
 * clocks that differ, and for this process to be paused before it has closed everything.
 *
 * <p>Not thread-safe.
 */
public final class Tenure {
    private static final int HELD_PERCENT = 75;

    private final long incarnation;
    private final String own;
    private final long lease;
    private final boolean anyWordHolds;
    private final Map<String, Judge> judges = new LinkedHashMap<>();
    private final Map<String, Long> introducedAt = new HashMap<>();
    private final Set<String> left = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    /** When those were asked that have last given their word, or were found to have ended. */
    private final Map<String, Long> sparedSince = new HashMap<>();

    private long heldSince;
    private long listedAt;

    /** A renewal that was asked of one judge after the other, or of all at once. */
    public record Round(long asked) {}

    /**
     * Held.
     *
     * @param incarnation which
     * @param own the node's own process: it does not judge itself
     * @param lease how long it is held by one renewal
     * @param anyWordHolds whether the word of one judge is enough
     * @param asked when the node asked to join
     * @param listed who could judge then
     */
    public Tenure(long incarnation, String own, long lease, boolean anyWordHolds, long asked, List<Judge> listed) {
        this.incarnation = incarnation;
        this.own = own;
        this.lease = lease;
        this.anyWordHolds = anyWordHolds;
        this.heldSince = asked;
        this.listedAt = asked;
        list(asked, listed);
    }

    public long incarnation() {
        return incarnation;
    }

    /** Whether the node may still serve under it. */
    public boolean isHeldAt(long now) {
        return heldFor(now) >= 0;
    }

    private long heldFor(long now) {
        return lease * HELD_PERCENT / 100 - (now - heldSince);
    }

    /** Who could judge it, as far as is known. */
    public List<Judge> judges() {
        return new ArrayList<>(judges.values());
    }

    /** Begins to ask for a renewal. */
    public Round ask(long now) {
        return new Round(now);
    }

    /**
     * The database has heard of it.
     *
     * @param listed who could judge when it did
     */
    public void renewed(Round round, long now, List<Judge> listed) {
        hold(round.asked, now);
        list(round.asked, listed);
    }

    /** A judge has promised not to judge it for a lease. */
    public void word(Round round, long now, String process) {
        if (anyWordHolds) {
            hold(round.asked, now);
        }
        spared(round, now, process);
    }

    /** A judge's process has ended: whatever comes after it waits for a lease. */
    public void dead(Round round, long now, String process) {
        ended.add(process);
        spared(round, now, process);
    }

    /** Something listens where a judge's process was thought to have ended. */
    public void listens(String process) {
        ended.remove(process);
    }

    /** Whether it was found to have ended: it need not be asked, only looked for. */
    public boolean hasEnded(String process) {
        return ended.contains(process);
    }

    private void spared(Round round, long now, String process) {
        sparedSince.merge(process, round.asked, Tenure::later);
        holdIfNobodyJudges(round, now);
    }

    /** To be called when a round was not renewed at once: there may be no judge at all. */
    public void holdIfNobodyJudges(Round round, long now) {
        var since = round.asked;
        for (var judge : judges.keySet()) {
            var spared = sparedSince.get(judge);
            if (spared == null) {
                return;
            }
            since = since - spared > 0 ? spared : since;
        }
        hold(since, now);
    }

    /**
     * A judge has asked for it. One that this node did not know of has not been asked for its word: the incarnation is held until
     * that judge may judge it, and on only if it gives its word or the database hears of it by then.
     *
     * @param patience how long the judge waits for an answer before it judges
     */
    public void introduced(Judge judge, long now, long patience) {
        if (judge.process().equals(own) || left.contains(judge.process())) {
            return;
        }
        introducedAt.put(judge.process(), now);
        if (judges.put(judge.process(), judge) == null) {
            // Half of the time is for the message's way, and for looking late.
            var heldUntil = Math.min(heldFor(now), patience / 2);
            heldSince = now + heldUntil - lease * HELD_PERCENT / 100;
        }
    }

    /** A judge has stopped in order. */
    public void left(String process) {
        left.add(process);
        judges.remove(process);
    }

    private void hold(long since, long now) {
        if (isHeldAt(now)) {
            heldSince = later(heldSince, since);
        }
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private void list(long asked, List<Judge> listed) {
        if (asked - listedAt < 0) {
            return;
        }
        listedAt = asked;
        // One that joined since this was asked stands in no list yet.
        introducedAt.values().removeIf(at -> at - asked < 0);
        judges.keySet().retainAll(introducedAt.keySet());
        for (var judge : listed) {
            if (!judge.process().equals(own) && !left.contains(judge.process())) {
                judges.put(judge.process(), judge);
            }
        }
        left.retainAll(listed.stream().map(Judge::process).toList());
        sparedSince.keySet().retainAll(judges.keySet());
        ended.retainAll(judges.keySet());
    }
}
