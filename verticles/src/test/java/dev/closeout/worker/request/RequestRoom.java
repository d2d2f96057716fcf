package dev.closeout.worker.request;

import dev.closeout.message.cluster.JoinNode;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.OpenLane;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;

/** What tests of other rooms drive of this one, past its door. */
public final class RequestRoom {
    /** The rows of a lane, as its owner compares them. */
    public static final String LANE_ROWS = LaneAudit.ROWS;

    private final NodeLeases leases;

    public RequestRoom(Database database) {
        leases = new NodeLeases(database);
    }

    public Future<LeaseHeld> join(JoinNode asked) {
        return leases.join(asked);
    }

    public Future<LeaseHeld> renew(RenewLease asked) {
        return leases.renew(asked);
    }

    public Future<?> openLane(OpenLane asked) {
        return leases.openLane(asked);
    }
}
