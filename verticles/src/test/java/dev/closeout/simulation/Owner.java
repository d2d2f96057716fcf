package dev.closeout.simulation;

import dev.closeout.failure.Failure;
import dev.closeout.lane.Comparison;
import dev.closeout.lane.Lane;
import dev.closeout.message.CloseReason;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Transport;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import dev.closeout.message.cluster.ListRows;
import dev.closeout.protocol.ConnectionRow;
import dev.closeout.protocol.LaneRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One verticle with connections: the production lane, and what stands around it. */
final class Owner {
    /** The address of a peer whose data the hooks cannot take. */
    static final String REFUSED = "refused";

    private static final int PAGE = 2;

    private final Host host;
    private final World world;
    private final String name;
    private final Map<Long, Tracked> table = new LinkedHashMap<>();
    private final Retry retry;

    /** The last incarnation that ended: a lane of it that is granted late is not taken. */
    private long over;

    private @Nullable Lane lane;
    private LaneRow.@Nullable Key key;
    private boolean sendScheduled;
    private boolean stopping;
    private @Nullable Comparison comparison;
    private @Nullable Runnable settled;
    private long opened;
    private long closed;

    /** A connection that lives. */
    static final class Tracked {
        final ConnectionId id;
        final String client;
        final String remote;
        private boolean sealed;
        private boolean committed;

        private Tracked(ConnectionId id, String client, String remote) {
            this.id = id;
            this.client = client;
            this.remote = remote;
        }

        boolean isCommitted() {
            return committed;
        }
    }

    Owner(Host host, int number) {
        this.host = host;
        this.world = host.world;
        this.name = host + "." + number;
        this.retry = new Retry(world.chance);
    }

    void start() {
        askForLane();
        host.after(world.chance.between(1, (int) Setting.RECONCILE), this::reconcileAgain);
    }

    List<Tracked> live() {
        return new ArrayList<>(table.values());
    }

    LaneRow.@Nullable Key lane() {
        return lane == null ? null : key;
    }

    boolean isSettled() {
        return lane == null || lane.isSettled();
    }

    void open(String client, String remote) {
        var current = lane;
        if (current == null || stopping) {
            return;
        }
        var number = current.open(client, Transport.TCP, remote, world.now());
        var id = new ConnectionId(current.incarnation(), number);
        table.put(number, new Tracked(id, client, remote));
        opened++;
        Checks.counted(name, opened, closed, table.size());
        world.say(client, () -> "%s: %s opens %s".formatted(name, client, id));
        sendSoon();
    }

    void closeOne(String client) {
        var ofClient = table.values().stream()
                .filter(tracked -> tracked.client.equals(client))
                .toList();
        if (!ofClient.isEmpty()) {
            end(world.chance.pick(ofClient));
        }
    }

    /** Ends all connections; completes when that is written down, or not in time. */
    void stop(Runnable done) {
        stopping = true;
        live().forEach(this::end);
        settled = done;
        completeIfSettled();
        host.after(world.setting.stopTimeout(), this::complete);
    }

    void fenced(long incarnation) {
        over = incarnation;
        if (lane == null || lane.incarnation() != incarnation) {
            return;
        }
        lane = null;
        live().forEach(this::end);
        completeIfSettled();
        if (!stopping) {
            askForLane();
        }
    }

    private void askForLane() {
        host.parts().lease().lane(granted -> {
            if (granted != null
                    && (granted.incarnation() != over || world.broken == Broken.LANE_OF_ENDED_INCARNATION)) {
                retry.reset();
                key = granted;
                lane = new Lane(granted.incarnation(), granted.lane(), "", world.setting.batchLimit());
                world.say("", () -> "%s has lane %s".formatted(name, granted));
            } else if (!stopping) {
                host.after(retry.next(), this::askForLane);
            }
        });
    }

    private void end(Tracked tracked) {
        if (table.remove(tracked.id.number()) == null) {
            return;
        }
        closed++;
        if (comparison != null) {
            comparison.closed(tracked.id.number());
        }
        Checks.counted(name, opened, closed, table.size());
        world.say(tracked.client, () -> "%s: %s closes %s".formatted(name, tracked.client, tracked.id));
        if (world.broken == Broken.CLOSE_BEFORE_OPEN && !tracked.sealed) {
            return;
        }
        if (lane != null && lane.incarnation() == tracked.id.incarnation()) {
            lane.close(tracked.id.number(), tracked.client, CloseReason.PEER_CLOSED, world.now());
            if (lane.closesWaiting() > world.setting.backlogLimit()) {
                world.say("", () -> "%s forgets its closes".formatted(name));
                lane.forgetCloses();
                list();
            }
            sendSoon();
        }
    }

    private void sendSoon() {
        if (!sendScheduled) {
            sendScheduled = true;
            host.after(0, () -> {
                sendScheduled = false;
                sendNext();
            });
        }
    }

    private void sendNext() {
        var current = lane;
        if (current == null) {
            completeIfSettled();
            return;
        }
        tellRecounted(current);
        var batch = current.seal();
        if (batch != null) {
            sealed(batch);
            world.say(clientsOf(batch), () -> "%s sends %s".formatted(name, text(batch)));
            send(world.broken == Broken.CLOSE_BEFORE_OPEN ? closingItsOwnOpens(batch) : batch);
        } else {
            completeIfSettled();
        }
    }

    private void send(Batch batch) {
        world.bus.<BatchApplied>ask(
                host, Setting.ANSWER_TIMEOUT, (worker, reply) -> worker.apply(batch, reply), outcome -> {
                    if (outcome.answer() != null) {
                        retry.reset();
                        answered(batch, outcome.answer());
                    } else if (awaits(batch)) {
                        notApplied(batch, outcome.failure());
                    }
                });
    }

    private void notApplied(Batch batch, @Nullable Failure failure) {
        if (failure == null || failure.retryHelps() || world.broken == Broken.FENCED_AND_TRIED_AGAIN) {
            host.after(retry.next(), () -> {
                if (awaits(batch)) {
                    send(batch);
                }
            });
        } else {
            world.say("", () -> "%s cannot go on with %d: %s".formatted(name, batch.incarnation(), failure));
            host.publishFenced(batch.incarnation());
        }
    }

    private boolean awaits(Batch batch) {
        return lane != null && lane.incarnation() == batch.incarnation() && lane.awaits(batch.number());
    }

    private void answered(Batch batch, BatchApplied applied) {
        if (lane == null || !awaits(batch)) {
            return;
        }
        world.checks.acknowledged(batch, applied, table.keySet());
        if (!lane.applied(applied, world.now())) {
            return;
        }
        for (var refused : applied.refused()) {
            if (table.remove(refused.connection()) != null) {
                closed++;
            }
        }
        Checks.counted(name, opened, closed, table.size());
        for (var open : batch.opens()) {
            var tracked = table.get(open.number());
            if (tracked != null) {
                tracked.committed = true;
            }
        }
        sendNext();
    }

    private void reconcileAgain() {
        if (world.broken != Broken.NO_RECONCILIATION) {
            var current = lane;
            if (current != null && !stopping) {
                current.recount();
                sendSoon();
            }
            list();
        }
        host.after(Setting.RECONCILE, this::reconcileAgain);
    }

    private void tellRecounted(Lane current) {
        var first = current.takeRecounted();
        if (first > 0) {
            var of = Objects.requireNonNull(key);
            world.bus.<Boolean>ask(
                    host, Setting.ASK_TIMEOUT, (worker, reply) -> worker.takeOutOlder(of, first, reply), outcome -> {});
        }
    }

    /** Compares the rows of the lane with the table, page by page. */
    private void list() {
        if (lane != null && comparison == null && world.broken != Broken.NO_RECONCILIATION) {
            var owned = table.values().stream().filter(Tracked::isCommitted).mapToLong(tracked -> tracked.id.number());
            comparison = new Comparison(lane, owned);
            listNext(lane, comparison);
        }
    }

    private void listNext(Lane of, Comparison asking) {
        var after = asking.ask();
        var from = Objects.requireNonNull(key);
        world.bus.<List<ConnectionRow>>ask(
                host, Setting.ASK_TIMEOUT, (worker, reply) -> worker.list(from, after, PAGE, reply), outcome -> {
                    if (of != lane || outcome.answer() == null) {
                        comparison = null;
                    } else {
                        listed(of, asking, outcome.answer());
                    }
                });
    }

    private void listed(Lane of, Comparison asked, List<ConnectionRow> rows) {
        var page = rows.stream()
                .map(row -> new ListRows.Row(row.id().number(), row.client()))
                .toList();
        var mended = asked.compare(page, PAGE, this::asOpen, world.now());
        if (mended.closed() + mended.reopened() > 0) {
            world.say("", () -> "%s compared %s: %s".formatted(name, page, mended));
        }
        sendSoon();
        if (mended.last()) {
            comparison = null;
        } else {
            listNext(of, asked);
        }
    }

    private Batch.@Nullable Open asOpen(long number) {
        var tracked = table.get(number);
        return tracked == null
                ? null
                : new Batch.Open(number, tracked.client, Transport.TCP, tracked.remote, world.now());
    }

    private void completeIfSettled() {
        if (settled != null && isSettled()) {
            complete();
        }
    }

    private void complete() {
        var done = settled;
        settled = null;
        if (done != null) {
            lane = null;
            done.run();
        }
    }

    private void sealed(Batch batch) {
        for (var open : batch.opens()) {
            var tracked = table.get(open.number());
            if (tracked != null) {
                tracked.sealed = true;
            }
        }
    }

    /** The broken variant: what has ended by now goes into the batch that opens it. */
    private Batch closingItsOwnOpens(Batch batch) {
        var closes = new ArrayList<>(batch.closes());
        batch.opens().stream()
                .filter(open -> !table.containsKey(open.number()))
                .forEach(open -> closes.add(new Batch.Close(open.number(), CloseReason.PEER_CLOSED, world.now())));
        return new Batch(batch.incarnation(), batch.lane(), batch.number(), batch.opens(), closes, batch.counts());
    }

    private static String clientsOf(Batch batch) {
        return batch.counts().stream().map(Batch.Count::client).collect(Collectors.joining(" "));
    }

    static String text(Batch batch) {
        return "batch %d of %d/%d: opens %s, closes %s, counts %s"
                .formatted(
                        batch.number(),
                        batch.incarnation(),
                        batch.lane(),
                        batch.opens().stream().map(Batch.Open::number).toList(),
                        batch.closes().stream().map(Batch.Close::number).toList(),
                        batch.counts());
    }
}
