package dev.closeout.worker.hook;

import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import dev.closeout.vertx.Registrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * At which of the published events somebody on the cluster listens, as it was known at the last look. Ten thousand events
 * as JSON cost more than the closes that they tell of, and to publish where nobody listens costs a look into the
 * cluster's registrations each.
 *
 * <p>Shared by the workers of a node: safe on any thread.
 */
final class EventSubscribers {
    /** The addresses of the published events. */
    static final List<String> EVENTS =
            List.of(ClientArrived.ADDRESS, ConnectionOpened.ADDRESS, ConnectionClosed.ADDRESS, ClientGone.ADDRESS);

    private final Vertx vertx;
    private volatile Set<String> listened = Set.of();

    /** Nobody listens until the first look. */
    EventSubscribers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The addresses at which somebody listens. */
    Set<String> listened() {
        return listened;
    }

    /**
     * Asks the cluster who listens; one that does not answer changes nothing. The registrations are asked for on a worker
     * thread. Consumers that are registered on this node alone are among the answers: what other nodes publish they do not
     * hear.
     */
    Future<Void> look() {
        if (!vertx.isClustered()) {
            // Without a cluster there is nobody to ask, and publishing is cheap.
            listened = Set.copyOf(EVENTS);
            return Future.succeededFuture();
        }
        var answers = EVENTS.stream()
                .map(address -> Registrations.anyAt(address, vertx))
                .toList();
        return Future.all(answers).onSuccess(all -> listened = heard(answers)).mapEmpty();
    }

    private static Set<String> heard(List<Future<Boolean>> answers) {
        return EVENTS.stream()
                .filter(address -> answers.get(EVENTS.indexOf(address)).result())
                .collect(Collectors.toUnmodifiableSet());
    }
}
