package dev.closeout.counts;

import com.hazelcast.map.EntryProcessor;
import dev.closeout.message.LaneId;
import java.util.Map;

/**
 * Sets what one batch of a lane says of some clients of a group, and answers with the clients' totals, in the same order. Runs
 * on the partition thread that owns the group, and once more on its backup; running it twice changes nothing.
 *
 * @param counted the batch up to which everything that the lane said was answered
 * @param clients their ids in UTF-8
 * @param connections of each of them on the lane
 */
@SuppressWarnings("ArrayRecordComponent") // A message that nobody compares; each client one object less.
record SetCells(LaneId lane, long version, long counted, long at, byte[][] clients, int[] connections)
        implements EntryProcessor<Integer, CellGroup, int[]> {
    @Override
    public int[] process(Map.Entry<Integer, CellGroup> entry) {
        var known = entry.getValue();
        var group = known == null ? new CellGroup() : known;
        group.raise(lane, version, counted, at);
        var totals = new int[clients.length];
        for (var i = 0; i < clients.length; i++) {
            totals[i] = group.set(clients[i], new Cell(lane.incarnation(), lane.lane(), version, connections[i], at));
        }
        entry.setValue(group);
        return totals;
    }
}
