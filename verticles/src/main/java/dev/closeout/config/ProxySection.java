package dev.closeout.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.util.List;

/**
 * Section {@code proxy}: for {@code tcp.proxy-protocol} and {@code http.proxy-protocol}.
 *
 * @param addresses IP addresses, and networks such as {@code 10.0.0.0/8}, whose word is taken for who the peer is
 */
public record ProxySection(List<String> addresses) {
    public ProxySection {
        for (var i = 0; i < addresses.size(); i++) {
            var address = addresses.get(i);
            Check.that(
                    isNetwork(address),
                    "proxy.addresses[%d]".formatted(i),
                    '"' + address + '"',
                    "an IP address or a network, such as 192.0.2.7, 10.0.0.0/8 or fd00::/8");
        }
        addresses = List.copyOf(addresses);
    }

    /** Which match the addresses. */
    public List<IpSubnetFilterRule> rules() {
        return addresses.stream().map(ProxySection::rule).toList();
    }

    private static IpSubnetFilterRule rule(String network) {
        var slash = network.indexOf('/');
        var ip = slash < 0 ? network : network.substring(0, slash);
        var bits = slash < 0 ? bits(ip) : Integer.parseInt(network.substring(slash + 1));
        return new IpSubnetFilterRule(ip, bits, IpFilterRuleType.ACCEPT);
    }

    private static boolean isNetwork(String network) {
        var slash = network.indexOf('/');
        var ip = slash < 0 ? network : network.substring(0, slash);
        if (!NetUtil.isValidIpV4Address(ip) && !NetUtil.isValidIpV6Address(ip)) {
            return false;
        }
        return slash < 0
                || (network.substring(slash + 1).matches("\\d{1,3}")
                        && Integer.parseInt(network.substring(slash + 1)) <= bits(ip));
    }

    private static int bits(String ip) {
        return NetUtil.isValidIpV4Address(ip) ? 32 : 128;
    }
}
