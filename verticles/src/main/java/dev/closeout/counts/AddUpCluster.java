package dev.closeout.counts;

import com.hazelcast.aggregation.Aggregator;
import java.util.Map;

/** Adds up clients and connections. Runs on partition threads of all members. */
final class AddUpCluster implements Aggregator<Map.Entry<String, Cells>, ClusterTotals> {
    private static final long serialVersionUID = 1;

    private long clients;
    private long connections;

    @Override
    public void accumulate(Map.Entry<String, Cells> entry) {
        var total = entry.getValue().total();
        clients += total == 0 ? 0 : 1;
        connections += total;
    }

    @Override
    @SuppressWarnings("rawtypes") // As Hazelcast declares it.
    public void combine(Aggregator other) {
        var counted = (AddUpCluster) other;
        clients += counted.clients;
        connections += counted.connections;
    }

    @Override
    public ClusterTotals aggregate() {
        return new ClusterTotals(clients, connections);
    }
}
