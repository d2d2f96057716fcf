package dev.closeout.counts;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

/**
 * What happens to a group of clients' cells when a split cluster heals: they are joined cell by cell. Hazelcast's own policies
 * keep one side's whole entry, and would forget the other side's connections.
 */
public final class MergeGroups implements SplitBrainMergePolicy<CellGroup, MergingValue<CellGroup>, CellGroup> {
    @Override
    public CellGroup merge(MergingValue<CellGroup> coming, MergingValue<CellGroup> here) {
        CellGroup known = here == null ? null : here.getValue();
        return known == null ? coming.getValue() : known.merge(coming.getValue());
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no state.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // It has no state.
    }
}
