package dev.closeout.protocol;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The rules by which a batch is applied: three statements of one transaction, in the order of these methods. */
public class Batches {
    private final Ledger ledger;
    private final long lingerMillis;
    private final Predicate<Batch.Open> refuses;

    /** How a batch meets its lane. */
    public enum Moved {
        MOVED,
        FENCED,
        ALREADY_APPLIED,
        OUT_OF_ORDER
    }

    /**
     * The rules of one configuration.
     *
     * @param refuses whether the hooks cannot take an open's data
     */
    public Batches(Ledger ledger, long lingerMillis, Predicate<Batch.Open> refuses) {
        this.ledger = ledger;
        this.lingerMillis = lingerMillis;
        this.refuses = refuses;
    }

    /** Moves the lane from the batch before to this one; all else in the transaction hangs on it. */
    public Moved move(Transaction by, Batch batch) {
        var key = new LaneRow.Key(batch.incarnation(), batch.lane());
        var lane = by.lockWhere(ledger.lanes, key, row -> isNext(row, batch));
        if (lane != null) {
            ledger.lanes.write(by, key, lane.moveTo(batch.number()));
            return Moved.MOVED;
        }
        var stands = ledger.lanes.seenBy(by, key);
        if (stands == null || stands.fenced()) {
            return Moved.FENCED;
        }
        return stands.applied() >= batch.number() ? Moved.ALREADY_APPLIED : Moved.OUT_OF_ORDER;
    }

    protected boolean isNext(LaneRow lane, Batch batch) {
        return lane.applied() == batch.number() - 1 && !lane.fenced();
    }

    /** Inserts the connections, and the clients that are new. Completes with the opens that hooks refuse. */
    public List<Refused> open(Transaction by, Batch batch) {
        var refused = new ArrayList<Refused>();
        var taken = new ArrayList<Batch.Open>();
        for (var open : batch.opens()) {
            if (refuses.test(open)) {
                refused.add(new Refused(open.number(), "refused"));
            } else {
                taken.add(open);
            }
        }
        for (var client : new TreeSet<>(taken.stream().map(Batch.Open::client).toList())) {
            arrive(by, client);
        }
        for (var open : taken) {
            insert(by, new ConnectionId(batch.incarnation(), open.number()), open.client());
        }
        if (!refused.isEmpty()) {
            by.onEnd(committed -> {
                if (committed) {
                    ledger.refuse(new LaneRow.Key(batch.incarnation(), batch.lane()), batch.number(), refused);
                }
            });
        }
        return refused;
    }

    /** Deletes the connections that have a row; one that has none leaves no trace. */
    public int close(Transaction by, Batch batch) {
        var closed = 0;
        for (var close : batch.closes()) {
            if (remove(ledger, by, new ConnectionId(batch.incarnation(), close.number()), true)) {
                closed++;
            }
        }
        return closed;
    }

    /** What an earlier delivery of the batch refused. */
    public List<Refused> refusedBefore(Batch batch) {
        return ledger.refused(new LaneRow.Key(batch.incarnation(), batch.lane()), batch.number());
    }

    static boolean remove(Ledger ledger, Transaction by, ConnectionId id, boolean byOwner) {
        var row = by.lockWhere(ledger.connections, id, r -> true);
        if (row == null) {
            return false;
        }
        ledger.connections.write(by, id, null);
        by.effect(new Effect.Closed(row, byOwner));
        return true;
    }

    /** As {@code INSERT ... ON CONFLICT DO UPDATE}: waits for whoever has the row, then finds it or begins anew. */
    private void arrive(Transaction by, String client) {
        ledger.clients.lock(by, client);
        var stands = ledger.clients.seenBy(by, client);
        ledger.clients.write(
                by,
                client,
                stands == null
                        ? new ClientRow(client, nextGeneration(client), lingerMillis, ClientRow.NOT_VACANT)
                        : stands.vacantFrom(ClientRow.NOT_VACANT));
    }

    /** From a sequence, so that no stay is taken for another. */
    protected long nextGeneration(String client) {
        return ledger.nextGeneration();
    }

    private void insert(Transaction by, ConnectionId id, String client) {
        ledger.connections.lock(by, id);
        if (ledger.connections.seenBy(by, id) != null) {
            throw new IllegalStateException("duplicate key: connection %s".formatted(id));
        }
        var arrived = ledger.clients.seenBy(by, client);
        if (arrived == null) {
            throw new IllegalStateException("no client %s".formatted(client));
        }
        var row = new ConnectionRow(id, client, arrived.generation());
        ledger.connections.write(by, id, row);
        by.effect(new Effect.Opened(row));
    }
}
