package dev.closeout.counts;

import dev.closeout.message.LaneId;
import dev.closeout.message.cluster.Batch;
import java.util.HashMap;
import java.util.Map;

/**
 * What a group knows of the lanes' past: up to which batch everything that a lane said was once taken, and which incarnations are
 * over. By it a cell of which nothing is kept is told apart from one that never came. Not thread-safe.
 */
final class Floors {
    private static final long COPY_LIFETIME = Batch.COPY_LIFETIME.toMillis();

    private final Map<LaneId, Floor> lanes = new HashMap<>();
    /** Incarnations that are over, and when that was heard: whatever they say is dead. */
    private final Map<Long, Long> over = new HashMap<>();

    /**
     * Of one lane.
     *
     * @param since the first batch that the group heard of: what was said before, it may have missed
     * @param batch the one up to which everything was taken
     * @param raisedAt milliseconds since 1970
     */
    record Floor(long since, long batch, long raisedAt) {
        private Floor join(Floor other) {
            return new Floor(
                    Math.min(since, other.since), Math.max(batch, other.batch), Math.max(raisedAt, other.raisedAt));
        }

        private boolean covers(long version) {
            return since <= version && version <= batch;
        }
    }

    /** Lanes of which no copy can be under way any more are forgotten when a new one comes. */
    void raise(LaneId lane, Floor floor) {
        if (!lanes.containsKey(lane)) {
            lanes.values().removeIf(old -> old.raisedAt < floor.raisedAt - COPY_LIFETIME);
        }
        lanes.merge(lane, floor, Floor::join);
    }

    /** @param now milliseconds since 1970 */
    void end(long incarnation, long now) {
        over.values().removeIf(heardAt -> heardAt < now - COPY_LIFETIME);
        over.put(incarnation, now);
        lanes.keySet().removeIf(lane -> lane.incarnation() == incarnation);
    }

    /** Whether a cell that comes now, for a client without one of that lane, is a late copy. */
    boolean isDead(Cell cell) {
        return over.containsKey(cell.incarnation()) || cell.version() <= floor(cell);
    }

    /** Whether that cell came here once: if it is not there, it is dead. */
    boolean hadOnce(Cell cell) {
        var floor = lanes.get(cell.of());
        return over.containsKey(cell.incarnation()) || (floor != null && floor.covers(cell.version()));
    }

    /** Whether an older cell of the lane may come and not be known for a late one. */
    boolean mayBeOvertaken(Cell cell) {
        return floor(cell) < cell.version() - 1;
    }

    void join(Floors other) {
        other.lanes.forEach((lane, floor) -> lanes.merge(lane, floor, Floor::join));
        other.over.forEach((incarnation, heardAt) -> over.merge(incarnation, heardAt, Math::max));
    }

    Map<LaneId, Floor> lanes() {
        return lanes;
    }

    Map<Long, Long> over() {
        return over;
    }

    private long floor(Cell cell) {
        var floor = lanes.get(cell.of());
        return floor == null ? 0 : floor.batch;
    }
}
