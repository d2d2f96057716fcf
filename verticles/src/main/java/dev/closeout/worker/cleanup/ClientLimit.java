package dev.closeout.worker.cleanup;

import dev.closeout.config.ClientsSection;
import dev.closeout.config.OverLimit;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.cluster.Batch;
import dev.closeout.worker.bus.Owners;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections a client may have across the cluster. The counts tell, right after a batch has set them; on a
 * client's key they are set one after the other, so of two opens that meet at the limit one sees that it is over. Where they
 * do not tell in time, the rows do, which are committed by then. A token may set a lower limit than the operator's.
 */
final class ClientLimit {
    private static final Logger log = LoggerFactory.getLogger(ClientLimit.class);

    private static final String OLDEST =
            """
            SELECT incarnation, number FROM closeout.connection
            WHERE client = $1 ORDER BY opened_at, incarnation, number LIMIT $2""";

    private static final String ROWS =
            """
            SELECT client, count(*)::int FROM closeout.connection WHERE client = ANY ($1::text[]) GROUP BY client""";

    private final Owners owners;
    private final Database database;
    private final ClientsSection config;
    private final CleanupMetrics metrics;

    ClientLimit(Owners owners, Database database, ClientsSection config, CleanupMetrics metrics) {
        this.owners = owners;
        this.database = database;
        this.config = config;
        this.metrics = metrics;
    }

    /**
     * Holds the clients of a batch to the limit.
     *
     * @param totals connections of each client that the batch touched, as far as the counts have told
     * @return completes with those of its opens that have to go
     */
    Future<List<Long>> hold(Batch batch, Map<String, Integer> totals) {
        var limited = batch.opens().stream()
                .filter(open -> limit(open) < Integer.MAX_VALUE)
                .toList();
        if (limited.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        var untold = limited.stream()
                .map(Batch.Open::client)
                .filter(client -> !totals.containsKey(client))
                .distinct()
                .toArray(String[]::new);
        return rows(untold).map(rows -> {
            var over = new ArrayList<Long>();
            totals.forEach((client, total) -> hold(batch, client, total, over));
            rows.forEach((client, total) -> hold(batch, client, total, over));
            return over;
        });
    }

    private void hold(Batch batch, String client, int total, List<Long> over) {
        var limit = opens(batch, client).mapToInt(this::limit).min().orElse(Integer.MAX_VALUE);
        var excess = total - limit;
        if (excess <= 0) {
            return;
        }
        metrics.overLimit(excess, limit, config.overLimit());
        if (config.overLimit() == OverLimit.REFUSE) {
            over.addAll(newest(batch, client, excess));
        } else {
            endOldest(client, excess);
        }
    }

    private int limit(Batch.Open open) {
        var ofAll = config.connections() == 0 ? Integer.MAX_VALUE : config.connections();
        return open.clientLimit() == 0 ? ofAll : Math.min(open.clientLimit(), ofAll);
    }

    /** Completes with the clients' connections; with none when the database does not tell either. */
    private Future<Map<String, Integer>> rows(String[] clients) {
        if (clients.length == 0) {
            return Future.succeededFuture(Map.of());
        }
        return database.on(connection -> connection.preparedQuery(ROWS).execute(Tuple.of(clients)))
                .map(rows -> {
                    Map<String, Integer> totals = new HashMap<>();
                    rows.forEach(row -> totals.put(row.getString(0), row.getInteger(1)));
                    return totals;
                })
                .otherwise(failure -> {
                    log.debug("Nobody tells how many connections {} clients have", clients.length, failure);
                    return Map.of();
                });
    }

    private static Stream<Batch.Open> opens(Batch batch, String client) {
        return batch.opens().stream().filter(open -> open.client().equals(client));
    }

    private static List<Long> newest(Batch batch, String client, int excess) {
        var numbers = opens(batch, client).map(Batch.Open::number).toList();
        return numbers.subList(Math.max(0, numbers.size() - excess), numbers.size());
    }

    private void endOldest(String client, int excess) {
        database.on(connection -> connection.preparedQuery(OLDEST).execute(Tuple.of(client, excess)))
                .onSuccess(rows -> rows.forEach(row -> {
                    var oldest = new ConnectionId(row.getLong(0), row.getLong(1));
                    owners.close(Owners.of(oldest), CloseReason.OVER_LIMIT, "");
                }))
                .onFailure(failure -> log.debug("The oldest connections of {} stay for now", client, failure));
    }
}
