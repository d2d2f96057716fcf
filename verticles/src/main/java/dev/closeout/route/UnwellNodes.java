package dev.closeout.route;

import dev.closeout.message.cluster.AskNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The nodes that are asked last for now. One whose workers did not do is so for a while; one that does not answer at all,
 * until it does: it is asked that now and then, beside the requests, none of which waits for it again.
 *
 * <p>Safe on any thread. It sets no timers that outlive a request: those of a verticle end with it.
 */
final class UnwellNodes {
    /** How long workers are avoided that said they cannot, and how often a silent node is asked whether it is back. */
    private static final Duration AVOIDED = Duration.ofSeconds(1);
    /** How long workers may take before their node is asked whether it is there at all, and each time again. */
    private static final long SUSPICIOUS_MS = 200;
    /** How long a node may take over that. Its event loop answers, whatever its workers and its database are at. */
    private static final long SILENT_MS = 300;

    private final Vertx vertx;
    private final Supplier<List<String>> nodes;
    private final Map<String, Trouble> unwell = new ConcurrentHashMap<>();

    /**
     * What is wrong with a node.
     *
     * @param silent whether it did not answer at all
     * @param until {@link System#nanoTime} when it is over, or, of a silent node, when it is asked again
     */
    private record Trouble(boolean silent, long until) {
        boolean isOver() {
            return System.nanoTime() - until >= 0;
        }
    }

    UnwellNodes(Vertx vertx, Supplier<List<String>> nodes) {
        this.vertx = vertx;
        this.nodes = nodes;
    }

    boolean contains(String node) {
        var trouble = unwell.get(node);
        if (trouble == null) {
            return false;
        }
        if (!trouble.isOver()) {
            return true;
        }
        if (!trouble.silent()) {
            unwell.remove(node, trouble);
            return false;
        }
        var again = trouble(true);
        if (unwell.replace(node, trouble, again)) {
            isThere(node).onSuccess(there -> unwell.remove(node, again));
        }
        return true;
    }

    /** Its workers did not do, and may not next time either. */
    void avoid(String node) {
        unwell.keySet().retainAll(nodes.get());
        unwell.putIfAbsent(node, trouble(false));
    }

    void recovered(String node) {
        unwell.remove(node);
    }

    /** Fails as soon as the node does not answer at all; until then, the answer is awaited as it is. */
    <T> Future<T> unlessSilent(String node, Future<T> answer) {
        var first = Promise.<T>promise();
        answer.onSuccess(first::tryComplete).onFailure(first::tryFail);
        watch(node, first);
        return first.future();
    }

    private void watch(String node, Promise<?> first) {
        var timer = vertx.setTimer(SUSPICIOUS_MS, late -> isThere(node)
                .onSuccess(there -> {
                    if (!first.future().isComplete()) {
                        watch(node, first);
                    }
                })
                .onFailure(silent -> {
                    unwell.put(node, trouble(true));
                    first.tryFail(new ReplyException(ReplyFailure.TIMEOUT, "node " + node + " does not answer"));
                }));
        first.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private Future<?> isThere(String node) {
        return vertx.eventBus().request(AskNode.addressOf(node), null, new DeliveryOptions().setSendTimeout(SILENT_MS));
    }

    private static Trouble trouble(boolean silent) {
        return new Trouble(silent, System.nanoTime() + AVOIDED.toNanos());
    }
}
