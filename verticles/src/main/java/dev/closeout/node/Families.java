package dev.closeout.node;

import dev.closeout.config.NodeConfig;
import dev.closeout.connection.Refusal;
import dev.closeout.failure.Failure;
import dev.closeout.vertx.VertxVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What {@code /metrics} says of each family, and those that are there before anything has happened. */
final class Families {
    /** Names without the prefix {@code closeout.}. */
    private static final Map<String, String> HELP = Map.ofEntries(
            Map.entry("batch.size", "Connections in a batch that was applied, by kind."),
            Map.entry("batches.sent.again", "Batches that were sent once more because no answer came."),
            Map.entry("bridge.closed", "Sockets of the bridge that closed."),
            Map.entry("bridge.opened", "Sockets of the bridge that opened."),
            Map.entry("bridge.refused", "Frames and sockets that the bridge refused, by the failure's code."),
            Map.entry("build.info", "Always 1; the labels say what runs here."),
            Map.entry("certificate.expires", "Until the certificate of the ports with TLS runs out."),
            Map.entry(
                    "certificate.reloads",
                    "Certificate files that changed: renewed, or unusable and the old ones kept."),
            Map.entry("cleanups", "Connections whose closed hook was committed by this node."),
            Map.entry("clients.over.limit", "Connections that clients had beyond clients.connections."),
            Map.entry("close.to.commit", "From the end of a connection until its cleanup is known to be committed."),
            Map.entry("closes.forgotten", "Closes beyond sockets.backlog-limit, to be found again by their rows."),
            Map.entry("closes.waiting", "Closes of this node's connections that are not committed."),
            Map.entry("connections.closed", "Connections that ended, by reason."),
            Map.entry("connections.live", "Connections that live on this node."),
            Map.entry("connections.opened", "Connections that were taken up, to be written down."),
            Map.entry("connections.refused", "Connections that were turned away before that, by code."),
            Map.entry("database.outages", "How often PostgreSQL went away, as this node saw it."),
            Map.entry("database.up", "Whether this node's workers can ask PostgreSQL: 1 or 0."),
            Map.entry("dead.letters", "Rows that a hook or an owed handler could not take."),
            Map.entry("hook.broken", "Whether the event's hooks take no row at all: 1 or 0."),
            Map.entry("hook.held", "Rows of the whole cluster that wait for another try of the event's hooks."),
            Map.entry("hook.retries", "Rows that the event's hooks did not take and that are tried again."),
            Map.entry("jwks.fetches", "Fetches of the keys that tokens are checked with, by outcome."),
            Map.entry("jwks.keys", "Keys that tokens are checked with; 0: every token is told to try again later."),
            Map.entry("limit.reached", "How often a limit was reached, by its key."),
            Map.entry("memory.short", "Whether newcomers are refused because memory is short: 1 or 0."),
            Map.entry("messages.handed", "Messages of clients by what became of them."),
            Map.entry("messages.received", "Messages that came from clients."),
            Map.entry("messages.waiting", "Messages of clients that wait for a handler."),
            Map.entry("open.to.commit", "From a hello until the connection is known to be written down."),
            Map.entry("opens.refused", "Opens whose data the opened hook does not take."),
            Map.entry("opens.waiting", "Opens of this node's connections that are not committed."),
            Map.entry("owed.done", "Owed calls that were answered."),
            Map.entry("owed.failed", "Owed calls that failed."),
            Map.entry("owed.waiting", "Owed work of the whole cluster that is not done, counted up to 10,000."),
            Map.entry("pool.connections", "Connections of this node to PostgreSQL."),
            Map.entry("pool.in.use", "Those of them that are at work."),
            Map.entry("pool.waiting", "Queries that wait for one."),
            Map.entry(
                    "proxy.headers", "Connections that began with a header of the PROXY protocol, by whom it was of."),
            Map.entry("reaped.nodes", "Incarnations whose lease ran out and that this node cleaned up after."),
            Map.entry("reconciled", "What was mended because rows, sockets or counts differed."),
            Map.entry("releases", "Clients whose gone hook was committed by this node."),
            Map.entry("releases.waiting", "Clients whose release waits on this node."),
            Map.entry("tls.handshakes.failed", "Connections that were not accepted because of their TLS handshake."),
            Map.entry("tokens.refused", "Signed tokens that were not taken, by reason."),
            Map.entry("unread", "Bytes that wait for the peers of this node to read them."),
            Map.entry("vacuum.held.back", "Age of the oldest transaction that keeps vacuum from dead rows."));

    /** Of the process's, those whose names Prometheus does not like. */
    private static final Set<String> LEFT_OUT = Set.of("process.cpu.time", "system.cpu.count");

    private static final String PREFIX = "closeout.";

    private Families() {}

    /** Every family has its text, whoever registers it. To be set before any is registered. */
    static MeterFilter help() {
        return new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                return LEFT_OUT.contains(id.getName()) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
            }

            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getDescription() != null
                        ? id
                        : new Meter.Id(
                                id.getName(),
                                Tags.of(id.getTagsAsIterable()),
                                id.getBaseUnit(),
                                of(id.getName()),
                                id.getType());
            }
        };
    }

    /** Its text; for one that is not known, what its name says. */
    static String of(String name) {
        var own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        var known = HELP.get(own.replaceFirst("\\.bytes$", ""));
        return known == null ? own.replace('.', ' ') : known;
    }

    /** Registers what would otherwise be missing until it happens for the first time. */
    static void register(MeterRegistry registry, NodeConfig config) {
        Gauge.builder("closeout.build.info", () -> 1)
                .tag(
                        "version",
                        Objects.requireNonNullElse(Families.class.getPackage().getImplementationVersion(), "unknown"))
                .tag("vertx", VertxVersion.current())
                .tag("java", Runtime.version().toString())
                .register(registry);
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(metrics -> metrics.bindTo(registry));
        for (var key : List.of("connections", "handshakes", "http", "per-address", "unread", "unread-node")) {
            registry.counter("closeout.limit.reached", "limit", "limits." + key);
        }
        if (config.bridge().enabled()) {
            registry.counter("closeout.limit.reached", "limit", "bridge.unread");
            registry.counter("closeout.bridge.opened");
            registry.counter("closeout.bridge.closed");
            for (var failure : List.of(Failure.BAD_MESSAGE, Failure.NOT_ALLOWED, Failure.OVERLOADED)) {
                registry.counter(
                        "closeout.bridge.refused", "code", failure.name().toLowerCase(Locale.ROOT));
            }
        }
        for (var outcome : List.of("handled", "failed", "late", "unhandled", "dropped")) {
            registry.counter("closeout.messages.handed", "outcome", outcome);
        }
        for (var transport : List.of("tcp", "websocket")) {
            registry.counter("closeout.closes.forgotten", "transport", transport);
            for (var refusal : Refusal.values()) {
                registry.counter("closeout.connections.refused", "transport", transport, "code", refusal.code());
            }
        }
        config.owed().clientGone().forEach(handler -> owed(registry, "client.gone", handler));
        config.owed().connectionClosed().forEach(handler -> owed(registry, "connection.closed", handler));
    }

    private static void owed(MeterRegistry registry, String event, String handler) {
        registry.counter("closeout.owed.done", "event", event, "handler", handler);
        registry.counter("closeout.owed.failed", "event", event, "handler", handler);
    }
}
