package dev.closeout.fault;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * All on one address, where packets cannot be dropped. The way to PostgreSQL is held by its proxy. A node that is cut from
 * others loses every message of the event bus instead: Hazelcast's own connections stay.
 */
final class Loopback implements Network {
    private final String why;

    /**
     * Says why it stands in.
     *
     * @param why ends a sentence's part of its own
     */
    Loopback(String why) {
        this.why = why;
    }

    @Override
    public String description() {
        return "loopback, since %s: the database is cut by a proxy, the cluster by losing every message of the event bus; Hazelcast itself is not cut"
                .formatted(why);
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
    public String clusterConfig(Path folder, int nodes) {
        return "";
    }

    @Override
    public void mute(Cluster cluster, int node) {
        if (cluster.node(node).isRunning()) {
            cluster.node(node).bus(BusFaults.LOSE_ALL);
        }
    }

    @Override
    public void deafen(Cluster cluster, int node) {
        mute(cluster, node);
    }

    /** More than was asked for: neither reaches anybody. */
    @Override
    public void part(Cluster cluster, int left, int right) {
        mute(cluster, left);
        mute(cluster, right);
    }

    /** It hears questions, and what it answers is lost: the same to all others. */
    @Override
    public void isolate(Cluster cluster, int node) {
        mute(cluster, node);
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
