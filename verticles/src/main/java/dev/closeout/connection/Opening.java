package dev.closeout.connection;

import dev.closeout.message.CloseReason;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being written down.
 *
 * @param connection what the table holds; null when it was not tracked at all
 * @param welcomed completes with the connection once its row is committed
 */
public record Opening(@Nullable TrackedConnection connection, Future<TrackedConnection> welcomed) {
    static Opening refused(Throwable failure) {
        return new Opening(null, Future.failedFuture(failure));
    }

    /** Ends the connection before or after its welcome; changes nothing when it was not tracked. */
    public void close(CloseReason reason) {
        if (connection != null) {
            connection.close(reason);
        }
    }
}
