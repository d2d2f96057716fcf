package dev.closeout.fault;

import dev.closeout.fixture.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network namespace for each node, and one between them that routes: a cut is a rule there that drops packets without a
 * word, one way, as a firewall or a dead cable would. Needs root and {@code iproute2}, on Linux.
 */
final class Namespaces implements Network {
    /** Two of these differ by process, so that suites on one machine do not meet. */
    private final String name = "co%d".formatted(ProcessHandle.current().pid() % 100_000);
    /** 10.N: an own network, as likely free as any. */
    private final String net = "10.%d".formatted(128 + ProcessHandle.current().pid() % 100);

    private final int nodes;
    private final Deque<Rule> rules = new ArrayDeque<>();

    private record Rule(String from, String to) {}

    private Namespaces(int nodes) {
        this.nodes = nodes;
    }

    /** Fails when this machine does not let us make them; nothing of them is left then. */
    static Namespaces create(int nodes) {
        var made = new Namespaces(nodes);
        try {
            made.build();
            return made;
        } catch (IllegalStateException | UncheckedIOException e) {
            made.close();
            throw e;
        }
    }

    private void build() {
        ip("netns add " + hub());
        // What cuts are made of, before anything else is built on it.
        var probe = new Rule("10.1.1.1", "10.1.1.2");
        drop(probe);
        inside(hub(), "ip link set lo up");
        Command.run("ip", "netns", "exec", hub(), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        ip("link add %s type veth peer name outside netns %s".formatted(name, hub()));
        ip("addr add %s/29 dev %s".formatted(database(), name));
        ip("addr add %s/29 dev %s".formatted(clients(), name));
        ip("link set %s up".formatted(name));
        inside(hub(), "ip addr add %s.0.1/29 dev outside".formatted(net));
        inside(hub(), "ip link set outside up");
        for (var node = 0; node < nodes; node++) {
            ip("netns add " + space(node));
            inside(space(node), "ip link set lo up");
            ip("link add eth netns %s type veth peer name n%d netns %s".formatted(space(node), node, hub()));
            inside(space(node), "ip addr add %s/30 dev eth".formatted(nodeHost(node)));
            inside(space(node), "ip link set eth up");
            inside(hub(), "ip addr add %s.%d.1/30 dev n%d".formatted(net, node + 1, node));
            inside(hub(), "ip link set n%d up".formatted(node));
            inside(space(node), "ip route add default via %s.%d.1".formatted(net, node + 1));
            ip("route add %s.%d.0/30 via %s.0.1".formatted(net, node + 1, net));
        }
    }

    @Override
    public String description() {
        return "network namespaces: packets are dropped between them";
    }

    @Override
    public String nodeHost(int node) {
        return "%s.%d.2".formatted(net, node + 1);
    }

    @Override
    public InetAddress databaseHost() {
        return address(database());
    }

    @Override
    public InetAddress clientHost() {
        return address(clients());
    }

    @Override
    public List<String> prefix(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    @Override
    public String clusterConfig(Path folder, int members) {
        var names = new StringBuilder();
        for (var node = 0; node < members; node++) {
            names.append("<member>%s</member>".formatted(nodeHost(node)));
        }
        try (var bundled = Namespaces.class.getResourceAsStream("/cluster-config/hazelcast.xml")) {
            if (bundled == null) {
                throw new IllegalStateException("hazelcast.xml is not on the class path");
            }
            var xml = new String(bundled.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("<member>${closeout.cluster.host}</member>", names);
            return Files.writeString(folder.resolve("hazelcast-%d.xml".formatted(members)), xml)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void mute(Cluster cluster, int node) {
        others(node).forEach(other -> drop(new Rule(nodeHost(node), nodeHost(other))));
    }

    @Override
    public void deafen(Cluster cluster, int node) {
        others(node).forEach(other -> drop(new Rule(nodeHost(other), nodeHost(node))));
    }

    @Override
    public void part(Cluster cluster, int left, int right) {
        drop(new Rule(nodeHost(left), nodeHost(right)));
        drop(new Rule(nodeHost(right), nodeHost(left)));
    }

    @Override
    public void isolate(Cluster cluster, int node) {
        mute(cluster, node);
        deafen(cluster, node);
    }

    private IntStream others(int node) {
        return IntStream.range(0, nodes).filter(other -> other != node);
    }

    @Override
    public void cutToDatabase(Cluster cluster, int from) {
        drop(new Rule(nodeHost(from), database()));
    }

    @Override
    public void cutFromDatabase(Cluster cluster, int to) {
        drop(new Rule(database(), nodeHost(to)));
    }

    private void drop(Rule rule) {
        inside(hub(), "ip rule add from %s to %s blackhole".formatted(rule.from, rule.to));
        rules.push(rule);
    }

    @Override
    public void heal(Cluster cluster) {
        while (!rules.isEmpty()) {
            var rule = rules.pop();
            inside(hub(), "ip rule del from %s to %s blackhole".formatted(rule.from, rule.to));
        }
    }

    @Override
    public void close() {
        var left = new ArrayList<String>();
        for (var node = 0; node < nodes; node++) {
            left.add(space(node));
        }
        left.add(hub());
        Command.succeeds("ip", "link", "del", name);
        left.forEach(space -> Command.succeeds("ip", "netns", "del", space));
    }

    private String hub() {
        return name + "hub";
    }

    private String space(int node) {
        return name + "n" + node;
    }

    private String database() {
        return net + ".0.2";
    }

    private String clients() {
        return net + ".0.3";
    }

    private static void ip(String words) {
        Command.run("ip %s".formatted(words).split(" ", -1));
    }

    private static void inside(String space, String words) {
        Command.run("ip netns exec %s %s".formatted(space, words).split(" ", -1));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
