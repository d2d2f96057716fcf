package dev.closeout.protocol;

import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.BatchApplied.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What PostgreSQL holds: four tables, two sequences, and the opens that hooks refused. Not thread-safe. */
public final class Ledger {
    public final Table<Long, NodeRow> nodes = new Table<>();
    public final Table<LaneRow.Key, LaneRow> lanes = new Table<>();
    public final Table<ConnectionId, ConnectionRow> connections = new Table<>();
    public final Table<String, ClientRow> clients = new Table<>();

    /** The opens of a lane's newest batch with such that were refused, for whoever asks again. */
    private final Map<LaneRow.Key, RefusedIn> refused = new HashMap<>();

    private record RefusedIn(long batch, List<Refused> opens) {}

    private final LongSupplier clock;
    private long incarnations;
    private long generations;

    /**
     * An empty database.
     *
     * @param clock the database's own, in milliseconds: the only one that anybody is judged by
     */
    public Ledger(LongSupplier clock) {
        this.clock = clock;
    }

    public Transaction begin() {
        return new Transaction(this);
    }

    long now() {
        return clock.getAsLong();
    }

    /** Sequences are not rolled back: a number is never given twice. */
    long nextIncarnation() {
        return ++incarnations;
    }

    long nextGeneration() {
        return ++generations;
    }

    boolean hasConnection(Transaction by, String client) {
        return by.seeAny(connections, row -> row.client().equals(client));
    }

    /** The rows of an incarnation's connections, in the order of their numbers. */
    List<ConnectionRow> connectionsOf(Transaction by, long incarnation) {
        return by.seeAll(connections, row -> row.id().incarnation() == incarnation).stream()
                .sorted((a, b) -> Long.compare(a.id().number(), b.id().number()))
                .toList();
    }

    void refuse(LaneRow.Key lane, long batch, List<Refused> opens) {
        refused.put(lane, new RefusedIn(batch, opens));
    }

    List<Refused> refused(LaneRow.Key lane, long batch) {
        var newest = refused.get(lane);
        return newest == null || newest.batch() != batch ? List.of() : newest.opens();
    }

    Map<Table<?, ?>, Map<?, ?>> copyFor(Transaction reader) {
        var copies = Transaction.copies();
        for (Table<?, ?> table : List.<Table<?, ?>>of(nodes, lanes, connections, clients)) {
            copies.put(table, table.copySeenBy(reader));
        }
        return copies;
    }
}
