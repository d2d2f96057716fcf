package dev.closeout.route;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.AskNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks workers, of this node first: a healthy node then depends on no other. Where they do not answer, or say that
 * PostgreSQL is away for them, the request goes to those of another node at once, and they are asked last until they are
 * well again. So whatever is asked may be asked twice, and must change nothing the second time.
 *
 * <p>The event bus alone would not do: it takes turns among all who have ever registered, a paused or cut off node included,
 * until Hazelcast takes that node for dead.
 *
 * <p>One for each node; safe on any thread.
 */
public final class WorkerNodes implements Shareable {
    private static final String MAP = "closeout.node";
    private static final String KEY = "workers";
    /** Of one request: when PostgreSQL is away for all, it need not hear so from each. */
    private static final int NODES_PER_REQUEST = 3;

    private static final int OWN = 0;
    private static final int OTHER = 1;
    private static final int UNWELL = 2;

    private final Vertx vertx;
    private final String own;
    private final Supplier<List<String>> nodes;
    private final UnwellNodes unwell;

    private record Ranked(String node, int rank) {}

    /**
     * @param own the id by which the cluster knows this node
     * @param nodes tells the ids of the members with workers, as this node sees the cluster now; may not block
     */
    public WorkerNodes(Vertx vertx, String own, Supplier<List<String>> nodes) {
        this.vertx = vertx;
        this.own = own;
        this.nodes = nodes;
        this.unwell = new UnwellNodes(vertx, nodes);
    }

    /** Lets this Vert.x's verticles find it, and other nodes its own workers; completes when they can. */
    public Future<Void> start() {
        vertx.sharedData().<String, WorkerNodes>getLocalMap(MAP).put(KEY, this);
        return vertx.eventBus()
                .<Object>consumer(AskNode.addressOf(own), this::passOn)
                .completion();
    }

    /** Those of the node that this Vert.x belongs to; on a Vert.x without a node, whoever has registered is asked. */
    public static WorkerNodes of(Vertx vertx) {
        return vertx.sharedData()
                .<String, WorkerNodes>getLocalMap(MAP)
                .computeIfAbsent(KEY, none -> new WorkerNodes(vertx, "", List::of));
    }

    /**
     * Asks the workers of one node after the other, until one has answered.
     *
     * @param patience for all of them together
     * @return fails with what a worker said; with {@code DATABASE_AWAY} when it is for all that were asked
     */
    public <T> Future<Message<T>> request(String address, Object body, Duration patience) {
        var asked = inOrder();
        if (asked.isEmpty()) {
            return vertx.eventBus().request(address, body, within(patience));
        }
        var deadline = System.nanoTime() + patience.toNanos();
        return ask(asked, address, body, deadline, null);
    }

    private <T> Future<Message<T>> ask(
            Deque<String> left, String address, Object body, long deadline, @Nullable Throwable before) {
        var node = left.remove();
        var patience = Duration.ofNanos(deadline - System.nanoTime());
        // The last one is given its time, unless there is word from another: all may be slow at once.
        var answer = left.isEmpty() && (before == null || Failure.of(before) == null)
                ? this.<T>send(node, address, body, patience)
                : this.<T>request(node, address, body, patience);
        return answer.onSuccess(answered -> unwell.recovered(node)).recover(failure -> {
            if (isAnswer(failure)) {
                unwell.recovered(node);
                return Future.failedFuture(failure);
            }
            unwell.avoid(node);
            // Word of PostgreSQL tells more than silence.
            var told = before != null && Failure.of(before) != null ? before : failure;
            return left.isEmpty() || deadline - System.nanoTime() <= 0
                    ? Future.failedFuture(told)
                    : ask(left, address, body, deadline, told);
        });
    }

    /**
     * Asks the workers of one node alone.
     *
     * @param node the id by which the cluster knows it
     * @return fails early when the node does not answer at all
     */
    public <T> Future<Message<T>> request(String node, String address, Object body, Duration patience) {
        var answer = this.<T>send(node, address, body, patience);
        return node.equals(own) ? answer : unwell.unlessSilent(node, answer);
    }

    private <T> Future<Message<T>> send(String node, String address, Object body, Duration patience) {
        return node.equals(own)
                ? vertx.eventBus().request(address, body, within(patience).setLocalOnly(true))
                : vertx.eventBus()
                        .request(AskNode.addressOf(node), body, within(patience).addHeader(AskNode.WITHIN, address));
    }

    /** Whether the workers of the node have spoken for or against it; otherwise others may do better. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof ReplyException reply
                && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                && Failure.of(failure) != Failure.DATABASE_AWAY;
    }

    /** This node, then others, in an order of chance; then those who are not well. */
    private Deque<String> inOrder() {
        var ranked = new ArrayList<Ranked>();
        for (var node : nodes.get()) {
            ranked.add(new Ranked(node, unwell.contains(node) ? UNWELL : node.equals(own) ? OWN : OTHER));
        }
        Collections.shuffle(ranked, ThreadLocalRandom.current());
        ranked.sort(Comparator.comparingInt(Ranked::rank));
        return ranked.stream()
                .map(Ranked::node)
                .limit(NODES_PER_REQUEST)
                .collect(Collectors.toCollection(ArrayDeque::new));
    }

    /** From another node, to the workers of this one. */
    private void passOn(Message<Object> asked) {
        var address = asked.headers().get(AskNode.WITHIN);
        if (address == null) {
            asked.reply(null);
            return;
        }
        vertx.eventBus()
                .request(address, Objects.requireNonNull(asked.body()), new DeliveryOptions().setLocalOnly(true))
                .onSuccess(answer -> asked.reply(answer.body()))
                // As it is, with its kind: that nobody is there is no answer.
                .onFailure(asked::reply);
    }

    private static DeliveryOptions within(Duration patience) {
        return new DeliveryOptions().setSendTimeout(Math.max(1, patience.toMillis()));
    }
}
