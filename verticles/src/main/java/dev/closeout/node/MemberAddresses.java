package dev.closeout.node;

import com.hazelcast.config.Config;
import com.hazelcast.spi.properties.ClusterProperty;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the section {@code tcp-ip} means: its members, and the ports at which each is looked for.
 *
 * @param members as they are configured: {@code host}, {@code host:port}, or a pattern such as {@code 10.0.0.*}
 * @param ports how many, from the first one on, where a member names none
 */
record MemberAddresses(List<String> members, int firstPort, int ports) {
    /** As Hazelcast would read it. */
    static MemberAddresses of(Config config) {
        var network = config.getNetworkConfig();
        var tried = config.getProperty(ClusterProperty.TCP_JOIN_PORT_TRY_COUNT.getName());
        var ports = !network.isPortAutoIncrement()
                ? 1
                : Integer.parseInt(tried == null ? ClusterProperty.TCP_JOIN_PORT_TRY_COUNT.getDefaultValue() : tried);
        var members = List.copyOf(network.getJoin().getTcpIpConfig().getMembers());
        return new MemberAddresses(members, network.getPort(), ports);
    }

    /** Whether members are found by it at all. */
    static boolean areUsed(Config config) {
        return !config.getAdvancedNetworkConfig().isEnabled()
                && config.getNetworkConfig().getJoin().getTcpIpConfig().isEnabled();
    }

    /** All that the members may mean, each as {@code host:port} or a pattern. */
    List<String> all() {
        return members.stream().flatMap(member -> meantBy(member).stream()).toList();
    }

    private List<String> meantBy(String member) {
        return isPattern(member) || member.matches(".*:\\d+")
                ? List.of(member)
                : IntStream.range(firstPort, firstPort + ports)
                        .mapToObj(port -> member + ":" + port)
                        .toList();
    }

    /** Nobody can be asked at one, or at an IPv6 address without brackets: Hazelcast makes of it what it does. */
    static boolean isPattern(String member) {
        return member.contains("*") || member.matches(".*\\.\\d+-\\d+.*") || isIpv6(member);
    }

    static boolean isIpv6(String host) {
        return host.matches("[^\\[]*:.*:.*");
    }

    /** Of one that is no pattern. */
    static String host(String address) {
        return address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }

    /** Of one that is no pattern. */
    static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
