package dev.closeout.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of a release: three statements of one transaction, in the order of these methods. */
public class Releasing {
    private final Ledger ledger;

    public Releasing(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Locks the rows that stand. Only a later statement may decide: this one's view is older than its locks. */
    public List<String> lock(Transaction by, SortedSet<String> clients) {
        var locked = new ArrayList<String>();
        for (var client : clients) {
            if (by.lockWhere(ledger.clients, client, row -> true, Releasing::isSame) != null) {
                locked.add(client);
            }
        }
        return locked;
    }

    /** Those that linger and are seen vacant for the first time begin to linger. */
    public int markVacant(Transaction by, SortedSet<String> clients) {
        var marked = 0;
        for (var client : clients) {
            var row = lockVacant(by, client, r -> !r.isMarked() && r.lingerMillis() > 0);
            if (row != null) {
                ledger.clients.write(by, client, row.vacantFrom(by.now()));
                marked++;
            }
        }
        return marked;
    }

    /** Releases those that are vacant and have lingered. */
    public int release(Transaction by, SortedSet<String> clients) {
        var released = 0;
        for (var client : clients) {
            var row = lockVacant(by, client, r -> r.hasLingered(by.now()));
            if (row != null) {
                ledger.clients.write(by, client, null);
                by.effect(new Effect.Gone(row));
                released++;
            }
        }
        return released;
    }

    /** Clients without a connection that somebody has to look at. */
    public List<String> due(Transaction by) {
        return by.seeAll(ledger.clients, row -> row.isDue(by.now()) && isVacant(by, row.client())).stream()
                .map(ClientRow::client)
                .toList();
    }

    /** Whether no connection of the client is seen, by the view of the statement. */
    protected boolean isVacant(Transaction by, String client) {
        return !ledger.hasConnection(by, client);
    }

    private @Nullable ClientRow lockVacant(Transaction by, String client, Predicate<ClientRow> where) {
        return by.lockWhere(
                ledger.clients, client, row -> where.test(row) && isVacant(by, row.client()), Releasing::isSame);
    }

    private static boolean isSame(ClientRow seen, ClientRow newest) {
        return seen.generation() == newest.generation();
    }
}
