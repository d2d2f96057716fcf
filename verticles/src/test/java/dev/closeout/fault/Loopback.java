package dev.closeout.fault;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * All on one address, where packets cannot be dropped. The way to PostgreSQL is held by its proxy. A node that is cut from
 * others loses every message of the event bus instead: Hazelcast's own connections stay.
 */
final class Loopback implements Network {
    @Override
    public String description() {
        return "loopback, since this machine allows no network namespaces: the database is cut by a proxy, the cluster"
                + " by losing every message of the event bus; Hazelcast itself is not cut";
    }

    @Override
    public String nodeHost(int node) {
        return "127.0.0.1";
    }

    @Override
    public InetAddress databaseHost() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress clientHost() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public List<String> prefix(int node) {
        return List.of();
    }

    @Override
    public String clusterConfig(Path folder) {
        return "";
    }

    @Override
    public void cut(Cluster cluster, int from, int to) {
        cluster.node(from).bus(BusFaults.LOSE_ALL);
    }

    @Override
    public void cutToDatabase(Cluster cluster, int from) {
        cluster.proxy(from).hold(Proxy.Way.TO_SERVER);
    }

    @Override
    public void cutFromDatabase(Cluster cluster, int to) {
        cluster.proxy(to).hold(Proxy.Way.TO_CLIENT);
    }

    @Override
    public void heal(Cluster cluster) {
        // The cluster itself ends what its proxies and its buses do.
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
