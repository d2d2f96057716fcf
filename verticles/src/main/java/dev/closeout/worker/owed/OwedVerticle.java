package dev.closeout.worker.owed;

import dev.closeout.config.OwedSection;
import dev.closeout.failure.Backoff;
import dev.closeout.message.cluster.WorkOwed;
import dev.closeout.worker.hook.OwedHandlerNames;
import dev.closeout.worker.owed.OwedCall.HandlerId;
import dev.closeout.worker.owed.OwedWork.Due;
import dev.closeout.worker.owed.OwedWork.Outcome;
import dev.closeout.worker.postgres.SqlState;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the handlers for what is owed to them: takes due rows, sends each to its handler on any node, writes down how it
 * ended. One per node with workers; a worker verticle.
 *
 * <p>Nothing is owed by its memory: what it holds when it dies is due again when its lease on those rows runs out. A call
 * keeps its place until its end is written down, so an outage of the database fills no list.
 */
final class OwedVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(OwedVerticle.class);
    /** How often what is waiting is counted, for the metrics. */
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    /** Characters of a handler's failure that are kept. */
    private static final int ERROR_LIMIT = 1_000;

    private final OwedWork work;
    private final OwedSection config;
    private final Duration stopTimeout;
    private final OwedMetrics metrics;
    private final Map<HandlerId, OwedHandler> handlers = new LinkedHashMap<>();
    private final DeliveryOptions delivery;
    private final Backoff backoff = new Backoff();
    private final Promise<Void> idle = Promise.promise();

    private boolean looking;
    /** Whether there may be more than the last look took. */
    private boolean more;

    private boolean writing;
    private boolean stopping;
    private List<Outcome> ended = new ArrayList<>();

    OwedVerticle(
            OwedWork work, OwedSection config, OwedHandlerNames owedNames, Duration stopTimeout, OwedMetrics metrics) {
        this.work = work;
        this.config = config;
        this.stopTimeout = stopTimeout;
        this.metrics = metrics;
        owedNames
                .names()
                .forEach((event, names) -> names.forEach(name -> {
                    var handlerId = new HandlerId(event.published(), name);
                    handlers.put(handlerId, new OwedHandler(handlerId, config.underWay()));
                }));
        delivery = new DeliveryOptions().setSendTimeout(config.answerTimeout().toMillis());
    }

    @Override
    public Future<?> start() {
        if (handlers.isEmpty()) {
            return Future.succeededFuture();
        }
        vertx.setPeriodic(config.sweep().toMillis(), timer -> look());
        vertx.setPeriodic(0, SAMPLE.toMillis(), timer -> count());
        return vertx.eventBus()
                .localConsumer(WorkOwed.ADDRESS, written -> look())
                .completion();
    }

    /** Waits for the calls under way, which another node would otherwise make once more. */
    @Override
    public Future<?> stop() {
        stopping = true;
        goneIdle();
        vertx.setTimer(Math.max(1, stopTimeout.toMillis()), late -> idle.tryComplete());
        return idle.future();
    }

    private void look() {
        if (looking || stopping) {
            more = true;
            return;
        }
        var free = free();
        more = free.size() < handlers.size();
        if (free.isEmpty()) {
            return;
        }
        looking = true;
        work.take(free).onComplete(taken -> {
            looking = false;
            if (taken.succeeded()) {
                begin(taken.result(), free);
            } else {
                log.debug("Owed work is not looked for", taken.cause());
            }
        });
    }

    private Map<HandlerId, Integer> free() {
        var free = new LinkedHashMap<HandlerId, Integer>();
        handlers.forEach((handlerId, handler) -> {
            if (handler.free() > 0) {
                free.put(handlerId, handler.free());
            }
        });
        return free;
    }

    private void begin(Due due, Map<HandlerId, Integer> asked) {
        due.letters().forEach(metrics::deadLetter);
        var taken = new LinkedHashMap<HandlerId, Integer>();
        due.letters().forEach(letter -> taken.merge(letter.handlerId(), 1, Integer::sum));
        for (var call : due.calls()) {
            taken.merge(call.handlerId(), 1, Integer::sum);
            handler(call).begun();
            ask(call).onComplete(answer -> end(call, answer));
        }
        var full = taken.entrySet().stream().anyMatch(each -> each.getValue().equals(asked.get(each.getKey())));
        more = more || full;
        if (more && due.calls().isEmpty()) {
            look();
        }
    }

    /** A row that makes no message fails like one that its handler cannot take. */
    private Future<?> ask(OwedCall call) {
        return Future.succeededFuture(call).map(OwedCall::message).compose(message -> vertx.eventBus()
                .request(call.handlerId().address(), message, delivery));
    }

    private void end(OwedCall call, AsyncResult<?> answer) {
        if (answer.succeeded()) {
            handler(call).answered();
            metrics.answered(call.handlerId());
            ended.add(new Outcome(call, null, false));
        } else {
            var absent = isAbsent(answer.cause());
            var error = absent ? "no such handler is registered" : text(answer.cause());
            handler(call).failed(error);
            metrics.failed(call.handlerId());
            ended.add(new Outcome(call, error, absent));
        }
        write();
    }

    /** What ends while a set is being written makes up the next one. */
    private void write() {
        if (writing || ended.isEmpty()) {
            return;
        }
        writing = true;
        var set = ended;
        ended = new ArrayList<>();
        work.end(set).onComplete(done -> {
            if (done.failed() && SqlState.isPassing(done.cause())) {
                ended.addAll(set);
                vertx.setTimer(backoff.next().toMillis(), again -> {
                    writing = false;
                    write();
                });
                return;
            }
            if (done.failed()) {
                log.error(
                        "The ends of {} owed calls are not written down: they are called again",
                        set.size(),
                        done.cause());
            }
            backoff.reset();
            writing = false;
            set.forEach(outcome -> handler(outcome.call()).ended());
            goneIdle();
            write();
            if (more) {
                look();
            }
        });
    }

    private void goneIdle() {
        if (stopping && handlers.values().stream().allMatch(handler -> handler.underWay() == 0)) {
            idle.tryComplete();
        }
    }

    private void count() {
        work.waiting(List.copyOf(handlers.keySet()))
                .onSuccess(waiting -> waiting.forEach(metrics::waiting))
                .onFailure(failure -> log.debug("Owed work is not counted", failure));
    }

    private OwedHandler handler(OwedCall call) {
        return Objects.requireNonNull(handlers.get(call.handlerId()));
    }

    private static boolean isAbsent(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    /** As PostgreSQL takes it: without the character 0. */
    private static String text(Throwable failure) {
        var text = String.valueOf(failure.getMessage()).replace('\0', ' ');
        return text.length() > ERROR_LIMIT ? text.substring(0, ERROR_LIMIT) : text;
    }
}
