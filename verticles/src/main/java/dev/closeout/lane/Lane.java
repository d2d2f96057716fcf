package dev.closeout.lane;

import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbered stream of batches of one owner. One batch is under way at a time; while it is, the next one gathers, so
 * no timer delays a lone close and a storm becomes a few large batches.
 *
 * <p>Not thread-safe: all methods run on the event loop of the owner.
 */
public final class Lane {
    private final long incarnation;
    private final int lane;
    private final String nonce;
    private final int batchLimit;
    private final Map<Long, Batch.Open> opens = new LinkedHashMap<>();
    private final Map<Long, ClosedOf> closes = new LinkedHashMap<>();
    /** Connections a client has in sealed batches; no entry for none. */
    private final Map<String, Integer> sealed = new HashMap<>();

    private final Recount recount = new Recount();
    private final Counted counted = new Counted();

    private long opened;
    private long number;
    private @Nullable Batch underWay;

    /**
     * The end of a connection.
     *
     * @param counted whether the connection is still among the {@link #sealed} ones of its client
     */
    private record ClosedOf(String client, boolean counted, Batch.Close close) {}

    /**
     * A lane that has sent nothing.
     *
     * @param nonce that of the incarnation
     * @param batchLimit opens, and closes, in one batch at most
     */
    public Lane(long incarnation, int lane, String nonce, int batchLimit) {
        this.incarnation = incarnation;
        this.lane = lane;
        this.nonce = nonce;
        this.batchLimit = batchLimit;
    }

    public long incarnation() {
        return incarnation;
    }

    /** Adds a connection to the batch that gathers, and gives it a number that this incarnation never used. */
    public long open(String client, Transport transport, String remote, long at) {
        return open(client, transport, remote, at, Batch.Open.LINGER_UNSAID);
    }

    /**
     * The same, for a client that may have said how long it wants to linger.
     *
     * @param linger milliseconds, or {@link Batch.Open#LINGER_UNSAID}
     */
    public long open(String client, Transport transport, String remote, long at, long linger) {
        return open(client, transport, remote, at, linger, 0);
    }

    /**
     * The same, for a client whose token may say how many connections it may have.
     *
     * @param clientLimit 0: it does not
     */
    public long open(String client, Transport transport, String remote, long at, long linger, int clientLimit) {
        var connection = ++opened * ConnectionId.LANES + lane;
        opens.put(connection, new Batch.Open(connection, client, transport, remote, at, linger, clientLimit));
        return connection;
    }

    /**
     * Adds the end of a connection to the batch that gathers, at the earliest the one after its open. A connection
     * whose open was not sealed leaves no trace.
     *
     * @return whether the end will be sent
     */
    public boolean close(long connection, String client, CloseReason reason, long at) {
        if (opens.remove(connection) != null) {
            return false;
        }
        closes.put(connection, new ClosedOf(client, true, new Batch.Close(connection, reason, at)));
        return true;
    }

    /**
     * Adds the end of a row whose connection nobody knows any more. What is already on its way to its end is left.
     *
     * @return whether the end was added
     */
    public boolean closeRow(long connection, String client, long at) {
        if (isClosing(connection)) {
            return false;
        }
        closes.put(connection, new ClosedOf(client, false, new Batch.Close(connection, CloseReason.RECONCILED, at)));
        return true;
    }

    /** Adds a connection that lives and whose row is missing to the batch that gathers. */
    public void reopen(Batch.Open open) {
        forget(open.client());
        opens.put(open.number(), open);
    }

    /**
     * Forgets the closes that wait: their rows stay until they are listed and closed with {@link #closeRow}. Kept are
     * those whose open is under way, since that may still be refused.
     *
     * @return how many were forgotten
     */
    public int forgetCloses() {
        var before = closes.size();
        var opening = underWay == null
                ? Set.<Long>of()
                : underWay.opens().stream().map(Batch.Open::number).collect(Collectors.toSet());
        closes.values().removeIf(close -> {
            var forgotten = !opening.contains(close.close().number());
            if (forgotten) {
                uncount(close);
            }
            return forgotten;
        });
        return before - closes.size();
    }

    /**
     * Sends the counts of all clients once more, with the batches that come. One round at a time: a second call changes
     * nothing until {@link #takeRecounted} has told of the first.
     */
    public void recount() {
        recount(Integer.MAX_VALUE);
    }

    /**
     * The same, but no more than some counts until {@link #recountMore} allows for others: a round costs time on all
     * members.
     */
    public void recount(int counts) {
        recount.begin(number, sealed.keySet());
        recount.allow(counts);
    }

    /** Lets the round of counts go on, if one is under way. */
    public void recountMore(int counts) {
        recount.allow(counts);
    }

    /**
     * The first batch of a round of counts that is wholly applied, told once; 0 when there is none. Whatever cell of this
     * lane is older belongs to a client that has no connection here.
     */
    public long takeRecounted() {
        return recount.takeDone(underWay == null ? number + 1 : number);
    }

    /** The batch to send, when none is under way and something has gathered; otherwise null. */
    public @Nullable Batch seal() {
        if (underWay != null || (opens.isEmpty() && closes.isEmpty() && !recount.mayGo())) {
            return null;
        }
        var touched = new LinkedHashSet<String>();
        var opening = upToLimit(opens.values().iterator());
        for (var open : opening) {
            sealed.merge(open.client(), 1, Integer::sum);
            touched.add(open.client());
        }
        var closing = new ArrayList<Batch.Close>();
        for (var close : upToLimit(closes.values().iterator())) {
            closing.add(close.close());
            uncount(close);
            touched.add(close.client());
        }
        number++;
        recount.addTo(touched, batchLimit, number);
        var counts = touched.stream()
                .map(client -> new Batch.Count(client, sealed.getOrDefault(client, 0)))
                .toList();
        underWay = new Batch(incarnation, lane, nonce, number, counted.last(), opening, closing, counts);
        return underWay;
    }

    /** Whether that batch is the one under way. */
    public boolean awaits(long batch) {
        return underWay != null && underWay.number() == batch;
    }

    /**
     * The batch under way is committed. An answer to an older batch is ignored.
     *
     * @param now milliseconds since 1970
     * @return whether it was the batch under way
     */
    public boolean applied(BatchApplied answer, long now) {
        var batch = underWay;
        if (batch == null || batch.number() != answer.number()) {
            return false;
        }
        underWay = null;
        counted.applied(batch.number(), answer.counted(), now);
        if (!answer.refused().isEmpty()) {
            forgetRefused(batch, answer);
        }
        return true;
    }

    /** Opens that wait for their batch. */
    public int opensWaiting() {
        return opens.size();
    }

    /** Closes that wait for their batch. */
    public int closesWaiting() {
        return closes.size();
    }

    /** Opens that are not known to be committed: those that wait, and those under way. */
    public int opensUncommitted() {
        return opens.size() + (underWay == null ? 0 : underWay.opens().size());
    }

    /** Closes that are not known to be committed. */
    public int closesUncommitted() {
        return closes.size() + (underWay == null ? 0 : underWay.closes().size());
    }

    /** The connections whose close waits or is under way. */
    public Set<Long> closing() {
        var closing = new HashSet<>(closes.keySet());
        if (underWay != null) {
            underWay.closes().forEach(close -> closing.add(close.number()));
        }
        return closing;
    }

    /** Which of the incarnation's lanes it is. */
    public int lane() {
        return lane;
    }

    /** Whether it never gave out a number nor sent a batch: another owner may begin where this one did. */
    public boolean isUnused() {
        return opened == 0 && number == 0;
    }

    /** Whether everything this lane was told is committed. */
    public boolean isSettled() {
        return underWay == null && opens.isEmpty() && closes.isEmpty();
    }

    private boolean isClosing(long connection) {
        return closes.containsKey(connection)
                || (underWay != null && underWay.closes().stream().anyMatch(close -> close.number() == connection));
    }

    private void uncount(ClosedOf close) {
        if (close.counted()) {
            forget(close.client());
        }
    }

    private void forgetRefused(Batch batch, BatchApplied answer) {
        Set<Long> refused = new HashSet<>();
        answer.refused().forEach(one -> refused.add(one.connection()));
        for (var open : batch.opens()) {
            if (refused.contains(open.number())) {
                forget(open.client());
                // It may have closed meanwhile. There is no row to delete, and its count is taken back already.
                closes.remove(open.number());
            }
        }
    }

    private void forget(String client) {
        sealed.computeIfPresent(client, (c, connections) -> connections == 1 ? null : connections - 1);
    }

    private <T> List<T> upToLimit(Iterator<T> gathered) {
        var taken = new ArrayList<T>();
        while (gathered.hasNext() && taken.size() < batchLimit) {
            taken.add(gathered.next());
            gathered.remove();
        }
        return taken;
    }
}
