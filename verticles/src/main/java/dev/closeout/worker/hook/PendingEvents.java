package dev.closeout.worker.hook;

import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The events of one transaction: gathered in it, published once it has committed, in the order in which things happened.
 * Those of a transaction that fails are dropped with it. Nothing is gathered for an address at which nobody listens.
 *
 * <p>Used on one thread.
 */
public final class PendingEvents {
    private final Set<String> listened;
    private final List<Pending> gathered = new ArrayList<>();
    private boolean owed;

    private record Pending(String address, JsonObject body) {}

    PendingEvents(Set<String> listened) {
        this.listened = listened;
    }

    /** Those of a transaction of which nobody is told. */
    public static PendingEvents untold() {
        return new PendingEvents(Set.of());
    }

    /** Whether the statement of the event has to answer with all columns of its relation. */
    public boolean wants(Event event) {
        return switch (event) {
            case OPENED -> hears(ConnectionOpened.ADDRESS) || hears(ClientArrived.ADDRESS);
            case CLOSED -> hears(ConnectionClosed.ADDRESS);
            case GONE -> hears(ClientGone.ADDRESS);
        };
    }

    /**
     * Gathers what a statement of the event has answered. To be called on the way to its result, not beside it: what
     * listens to a future need not be called before what goes on from it, and COMMIT and {@link #publish} would come first.
     */
    public void add(Event event, Iterable<Row> rows) {
        owed |= event != Event.OPENED && rows.iterator().hasNext();
        if (!wants(event)) {
            return;
        }
        switch (event) {
            case OPENED -> addOpened(rows);
            case CLOSED ->
                rows.forEach(row -> gathered.add(new Pending(
                        ConnectionClosed.ADDRESS, EventRow.of(row).closed().toJson())));
            case GONE ->
                rows.forEach(row -> gathered.add(
                        new Pending(ClientGone.ADDRESS, EventRow.of(row).gone().toJson())));
        }
    }

    /**
     * The same for the answer to {@link Statements#withHooks}.
     *
     * @return how many rows its relation had
     */
    public int addAnswer(Event event, RowSet<Row> answer) {
        if (wants(event)) {
            add(event, answer);
            return answer.size();
        }
        var rows = answer.iterator().next().getInteger(0);
        owed |= event != Event.OPENED && rows > 0;
        return rows;
    }

    /** Work was written down that is owed to handlers. */
    public void addOwed() {
        owed = true;
    }

    /** Whether there may be work now that is owed to handlers. */
    boolean isOwed() {
        return owed;
    }

    /** To be called when the transaction has committed. */
    void publish(EventBus bus) {
        gathered.forEach(event -> bus.publish(event.address(), event.body()));
    }

    /** A client that opened several connections at once arrived once, before the first of them. */
    private void addOpened(Iterable<Row> rows) {
        var inOrder = new ArrayList<Row>();
        rows.forEach(inOrder::add);
        inOrder.sort(Comparator.comparing(row -> row.getLong("connection")));
        var arrived = new HashSet<String>();
        for (var row : inOrder) {
            if (hears(ClientArrived.ADDRESS) && row.getBoolean("arrived") && arrived.add(row.getString("client"))) {
                gathered.add(new Pending(
                        ClientArrived.ADDRESS, EventRow.of(row).arrived().toJson()));
            }
            if (hears(ConnectionOpened.ADDRESS)) {
                gathered.add(new Pending(
                        ConnectionOpened.ADDRESS, EventRow.of(row).opened().toJson()));
            }
        }
    }

    private boolean hears(String address) {
        return listened.contains(address);
    }
}
