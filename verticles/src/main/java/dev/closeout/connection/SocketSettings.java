package dev.closeout.connection;

import dev.closeout.config.ClientsSection;
import dev.closeout.config.NodeConfig;
import dev.closeout.config.SocketsSection;
import dev.closeout.inbox.InboxMemory;
import dev.closeout.inbox.MessageDispatcher;
import dev.closeout.message.Transport;
import dev.closeout.token.Tokens;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all who own connections on one node share. Safe on any thread. */
public final class SocketSettings implements Shareable {
    private static final String MAP = "closeout.node";
    private static final String KEY = "sockets";

    private final NodeConfig config;
    private final Tokens tokens;
    private final NodeLimits limits;
    private final Doors doors;
    private final Turns turns = new Turns();
    private final Lingerers lingerers;
    private final InboxMemory inboxes;
    private final MeterRegistry registry;
    /** One for each transport: a second gauge of the same name would not count. */
    private final Map<Transport, ConnectionMetrics> metrics = new ConcurrentHashMap<>();

    /** Those of users' verticles that are not stopped. */
    private final Set<OwnConnections> own = ConcurrentHashMap.newKeySet();

    /**
     * Those of one node.
     *
     * @param tokens what its clients show
     */
    public SocketSettings(NodeConfig config, MeterRegistry registry, Doors doors, Tokens tokens) {
        this.config = config;
        this.tokens = tokens;
        this.limits = new NodeLimits(config.limits(), registry);
        this.doors = doors;
        doors.limitBy(limits);
        this.lingerers = new Lingerers(
                config.clients().lingerClients(),
                () -> limits.lingerersReached(config.clients().lingerClients()));
        this.inboxes = new InboxMemory(config.messages().nodeLimit());
        this.registry = registry;
        Gauge.builder("closeout.messages.waiting.bytes", inboxes, InboxMemory::taken)
                .register(registry);
    }

    /** Lets verticles of this Vert.x find them. */
    public void publish(Vertx vertx) {
        vertx.sharedData().<String, SocketSettings>getLocalMap(MAP).put(KEY, this);
    }

    /**
     * Those of the node that this Vert.x belongs to.
     *
     * @throws IllegalStateException on a Vert.x that is none of a node with the role {@code sockets}
     */
    public static SocketSettings of(Vertx vertx) {
        var settings =
                vertx.sharedData().<String, SocketSettings>getLocalMap(MAP).get(KEY);
        if (settings == null) {
            throw new IllegalStateException("this Vert.x runs no Closeout node with the role sockets");
        }
        return settings;
    }

    public SocketsSection sockets() {
        return config.sockets();
    }

    public ClientsSection clients() {
        return config.clients();
    }

    /** What clients show to be let in. */
    public Tokens tokens() {
        return tokens;
    }

    /**
     * Lets a client in by what it shows.
     *
     * @param shown null: nothing
     * @return what it may be opened with; fails with a {@link dev.closeout.token.TokenException}, of which {@link Refusal#of}
     *     knows what to tell
     */
    public Future<Hello> admit(Hello hello, @Nullable String shown) {
        return tokens.check(shown).map(pass -> hello.with(pass, clients().lingerLimit()));
    }

    /**
     * Takes a fresh token, by which a connection may stay as long as that one says. One that is not taken changes nothing.
     *
     * @return fails with a {@link dev.closeout.token.TokenException}
     */
    public Future<Void> renew(TrackedConnection tracked, String shown) {
        return tokens.check(shown).map(pass -> {
            Hello.checkClient(pass, tracked.client());
            tracked.validUntil(pass.until());
            return null;
        });
    }

    /** How long a worker may take over a batch before it is sent again, elsewhere. */
    Duration patience() {
        return config.database().patienceOfOwners();
    }

    /** How long a stop waits for cleanups under way. */
    public Duration stopTimeout() {
        return config.node().stopTimeout();
    }

    /** How much the node takes on. */
    public NodeLimits limits() {
        return limits;
    }

    /** What its ports ask of whoever comes. */
    public Doors doors() {
        return doors;
    }

    /** Whose turn it is to compare. */
    Turns turns() {
        return turns;
    }

    /** Clients that were granted the linger time that they asked for. */
    Lingerers lingerers() {
        return lingerers;
    }

    /** Those who take what clients send, for one owner of connections. */
    MessageDispatcher handlers(Vertx vertx) {
        return new MessageDispatcher(vertx, config.messages(), inboxes, registry);
    }

    void began(OwnConnections connections) {
        own.add(connections);
    }

    void stopped(OwnConnections connections) {
        own.remove(connections);
    }

    /** Stops the connections of verticles that did not: those that never started, and those that forgot. */
    public Future<Void> stopOwn() {
        return Future.join(own.stream().map(OwnConnections::stopOnItsContext).toList())
                .mapEmpty();
    }

    /** The figures of one transport. */
    public ConnectionMetrics metrics(Transport transport) {
        return metrics.computeIfAbsent(transport, wanted -> new ConnectionMetrics(registry, wanted));
    }
}
