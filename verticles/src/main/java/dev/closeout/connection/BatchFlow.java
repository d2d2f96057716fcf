package dev.closeout.connection;

import dev.closeout.config.SocketsSection;
import dev.closeout.lane.Lane;
import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.BatchApplied;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one batch of an owner's lane under way, while the next one gathers: no timer delays a lone close, and a storm becomes
 * a few large statements. Used on the owner's event loop.
 */
final class BatchFlow {
    private static final long NO_TIMER = -1;

    /** Who hears what became of batches. */
    interface Listener {
        /** A batch of the lane was applied; it is told of once. */
        void applied(Batch batch, BatchApplied applied);

        /** Nobody takes batches any more, or not in time: {@link #isHeldUp} and {@link #isLate} tell which. */
        void heldUp();

        /** No other try can help: the lane is over. */
        void rejected(Batch batch, Throwable failure);

        /** There is nothing to send. */
        void idle();
    }

    private final Vertx vertx;
    private final Context context;
    private final SocketsSection config;
    private final BatchSender sender;
    private final Listener listener;

    private @Nullable Lane lane;
    private boolean scheduled;
    /** Runs while a batch is under way. */
    private long openTimer = NO_TIMER;

    private boolean late;

    /** @param patience how long a worker may take before a batch is sent again, elsewhere */
    BatchFlow(Vertx vertx, SocketsSection config, Duration patience, ConnectionMetrics metrics, Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.sender = new BatchSender(vertx, patience, metrics, this::awaits, listener::heldUp);
        this.listener = listener;
    }

    /** From now on batches are of that lane; null when there is none. */
    void follow(@Nullable Lane next) {
        lane = next;
        inTime();
    }

    /** Whether newcomers wait for nothing: no worker takes batches, or not in {@code sockets.open-timeout}. */
    boolean isHeldUp() {
        return late || sender.isFailing();
    }

    /** Whether the batch under way takes longer than newcomers can be asked to wait. */
    boolean isLate() {
        return late;
    }

    /** At the end of this turn of the event loop: what the same turn still brings goes into the same batch. */
    void sendSoon() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(v -> {
                scheduled = false;
                sendNext();
            });
        }
    }

    private void sendNext() {
        var batch = lane == null ? null : lane.seal();
        if (batch == null) {
            listener.idle();
            return;
        }
        openTimer = vertx.setTimer(config.openTimeout().toMillis(), timer -> {
            late = true;
            listener.heldUp();
        });
        sender.send(batch).onSuccess(applied -> answered(batch, applied)).onFailure(failure -> {
            if (awaits(batch)) {
                listener.rejected(batch, failure);
            }
        });
    }

    private void answered(Batch batch, BatchApplied applied) {
        if (lane == null || !awaits(batch) || !lane.applied(applied, System.currentTimeMillis())) {
            return;
        }
        inTime();
        listener.applied(batch, applied);
        sendNext();
    }

    /** Not so once its incarnation is over. */
    private boolean awaits(Batch batch) {
        return lane != null && lane.incarnation() == batch.incarnation() && lane.awaits(batch.number());
    }

    private void inTime() {
        vertx.cancelTimer(openTimer);
        openTimer = NO_TIMER;
        late = false;
    }
}
