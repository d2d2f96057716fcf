package dev.closeout.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import dev.closeout.config.ConfigurationException;
import dev.closeout.config.NodeConfig;
import dev.closeout.worker.postgres.DatabaseIdentity;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all members of a cluster must have in common: one database, or else lanes are opened in one and used in another.
 * Each member shows the others a {@link MemberSheet}, under its member's id, and looks at theirs before it serves; whoever
 * comes to a cluster with another database stops. Other differences are told of and counted.
 *
 * <p>Only members of now count: what is left of others says nothing. After a split, those whose half has merged into the
 * other have new ids, so they come anew. Hazelcast is called on worker threads, since its calls block.
 */
final class ClusterAgreement {
    private static final Logger log = LoggerFactory.getLogger(ClusterAgreement.class);
    private static final String MAP = "closeout.members";
    /** Locked by who looks and then shows itself: of two that come at once with different databases, one sees the other. */
    private static final String DOOR = "door";

    private static final long DOOR_SECONDS = 60;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final NodeConfig config;
    private final Consumer<ConfigurationException> outcast;
    private final IMap<String, String> sheets;
    private final MemberDifferences differences = new MemberDifferences();
    private volatile MemberSheet own;

    /**
     * Blocks until the map stands.
     *
     * @param outcast called when it turns out later that this node cannot stay: after a split
     */
    ClusterAgreement(
            Vertx vertx,
            HazelcastInstance hazelcast,
            NodeConfig config,
            MeterRegistry registry,
            Consumer<ConfigurationException> outcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.config = config;
        this.outcast = outcast;
        this.sheets = hazelcast.getMap(MAP);
        this.own = MemberSheet.of(config, null);
        Gauge.builder("closeout.config.differs", differences, MemberDifferences::count)
                .description("Keys that have to be the same on all nodes with workers, and are not.")
                .register(registry);
    }

    /** Shows the others this node, which has no database yet, and looks at them from now on. */
    Future<Void> join() {
        return vertx.<Void>executeBlocking(() -> {
                    enter(own);
                    look();
                    return null;
                })
                .onSuccess(entered -> lookLater());
    }

    /** Fails with a {@link ConfigurationException} when a member serves another database. */
    Future<Void> serve(DatabaseIdentity database) {
        return vertx.executeBlocking(() -> {
            var sheet = MemberSheet.of(config, database);
            enter(sheet);
            look();
            warnOfConnections(database);
            return null;
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A timer's: it is never cancelled, but ends with its Vert.x.
    private void lookLater() {
        vertx.setTimer(LOOK_AGAIN.toMillis(), timer -> vertx.executeBlocking(() -> {
                    lookAgain();
                    return null;
                })
                .onComplete(looked -> lookLater()));
    }

    private void lookAgain() {
        try {
            if (!sheets.containsKey(id(me()))) {
                enter(own);
            }
            forgetThoseWhoLeft();
            look();
        } catch (ConfigurationException elsewhere) {
            outcast.accept(elsewhere);
        } catch (HazelcastInstanceNotActiveException leaving) {
            // Whoever leaves has nothing more to compare.
        }
    }

    /**
     * First the ids, then the members: who shows itself is a member already. The oldest of those that have a sheet does it:
     * a member that is no node has none, and forgets nobody.
     */
    private void forgetThoseWhoLeft() {
        var left = new HashSet<>(sheets.keySet());
        var nodes = members().stream().filter(member -> left.remove(id(member))).toList();
        if (!nodes.isEmpty() && nodes.get(0).localMember()) {
            left.forEach(sheets::delete);
        }
    }

    private void enter(MemberSheet sheet) {
        lock();
        try {
            for (var other : others()) {
                if (sheet.isElsewhere(other)) {
                    throw new ConfigurationException(
                            ("database.uri: this node's database is not the cluster's. Here: %s (%s). Node %s: %s (%s)."
                                            + " Set database.uri (CLOSEOUT_DATABASE_URI) to the cluster's database, or"
                                            + " cluster.name to another cluster.")
                                    .formatted(
                                            sheet.address(),
                                            sheet.database(),
                                            other.node(),
                                            other.address(),
                                            other.database()));
                }
            }
            own = sheet;
            sheets.set(id(me()), sheet.toJson());
        } finally {
            unlock();
        }
    }

    private void lock() {
        try {
            // With an end: a lock of a member that is paused keeps others out no longer.
            if (sheets.tryLock(DOOR, DOOR_SECONDS, TimeUnit.SECONDS, DOOR_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException(
                "The cluster's members did not let this node compare its database with theirs within %d s"
                        .formatted(DOOR_SECONDS));
    }

    private void unlock() {
        try {
            sheets.unlock(DOOR);
        } catch (IllegalMonitorStateException lapsed) {
            log.debug("It took longer than {} s to look at the other members", DOOR_SECONDS);
        }
    }

    private List<MemberSheet> others() {
        var all = members();
        all.remove(me());
        var shown = sheets.getAll(all.stream().map(ClusterAgreement::id).collect(Collectors.toSet()));
        return all.stream()
                .map(member -> shown.get(id(member)))
                .filter(Objects::nonNull)
                .map(MemberSheet::fromJson)
                .toList();
    }

    /** The oldest first. */
    private List<Member> members() {
        return new ArrayList<>(hazelcast.getCluster().getMembers());
    }

    private Member me() {
        return hazelcast.getCluster().getLocalMember();
    }

    private static String id(Member member) {
        return member.getUuid().toString();
    }

    private void look() {
        differences.look(own, others(), ClusterMembers.strangers(members()));
    }

    private void warnOfConnections(DatabaseIdentity database) {
        if (config.database().pooler()) {
            return;
        }
        var others = others().stream().filter(other -> other.connections() > 0).toList();
        var wanted = own.connections()
                + others.stream().mapToInt(MemberSheet::connections).sum();
        if (wanted > database.connections()) {
            log.warn(
                    "PostgreSQL takes {} connections (max_connections less what it reserves); this node may want {}, and with"
                            + " {} more nodes all of them {}. Set a larger max_connections there, smaller"
                            + " database.connections here, or a pooler between.",
                    database.connections(),
                    own.connections(),
                    others.size(),
                    wanted);
        }
    }
}
