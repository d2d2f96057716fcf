package dev.closeout.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Hazelcast whom to ask as it joins: those of the configured addresses at which somebody listens. By itself it asks
 * all, and waits a second for the answers of those who are not there; the first node of a cluster need not wait for anybody.
 *
 * <p>Of nodes that start at the same moment one finds the other: each has its own port before it looks. Runs on the thread
 * that starts the member.
 */
final class JoinSearch implements LifecycleListener {
    private static final Logger log = LoggerFactory.getLogger(JoinSearch.class);

    private final TcpIpConfig searched;
    private final MemberAddresses configured;

    private JoinSearch(Config config) {
        searched = config.getNetworkConfig().getJoin().getTcpIpConfig();
        configured = MemberAddresses.of(config);
    }

    /** To be called before the member starts. */
    static void configure(Config config) {
        if (MemberAddresses.areUsed(config)) {
            config.addListenerConfig(new ListenerConfig(new JoinSearch(config)));
        }
    }

    @Override
    public void stateChanged(LifecycleEvent change) {
        if (change.getState() == LifecycleState.STARTING) {
            searched.setMembers(listening(Duration.ofSeconds(searched.getConnectionTimeoutSeconds())));
        } else if (change.getState() == LifecycleState.STARTED) {
            searched.setMembers(configured.members());
        }
    }

    /** Those at which somebody listens, and those of which only Hazelcast knows what they mean. All are asked at once. */
    private List<String> listening(Duration patience) {
        var found = new ArrayList<String>();
        var end = System.nanoTime() + patience.toNanos();
        try (var selector = Selector.open()) {
            for (var address : configured.all()) {
                if (MemberAddresses.isPattern(address) || !ask(address, selector)) {
                    found.add(address);
                }
            }
            var left = patience.toMillis();
            while (!selector.keys().isEmpty() && left > 0) {
                selector.select(answered -> hear(answered, found), left);
                // Forgets those that were closed.
                selector.selectNow();
                left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            }
            for (var silent : selector.keys()) {
                silent.channel().close();
            }
        } catch (IOException e) {
            log.debug("Hazelcast looks for members itself", e);
            return configured.members();
        }
        return found;
    }

    /** Whether there is an answer to wait for: a host may have no address. */
    private static boolean ask(String address, Selector selector) throws IOException {
        var host = new InetSocketAddress(MemberAddresses.host(address), MemberAddresses.port(address));
        if (host.isUnresolved()) {
            return false;
        }
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        var key = channel.register(selector, SelectionKey.OP_CONNECT, address);
        try {
            channel.connect(host);
        } catch (IOException refused) {
            key.cancel();
            channel.close();
        }
        return true;
    }

    private static void hear(SelectionKey answered, List<String> found) {
        try (var channel = (SocketChannel) answered.channel()) {
            if (channel.finishConnect()) {
                found.add((String) answered.attachment());
            }
        } catch (IOException refused) {
            log.debug("Nobody is at {}", answered.attachment());
        }
    }
}
