package dev.closeout.lane;

import dev.closeout.message.cluster.Batch;
import dev.closeout.message.cluster.ListRows;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the rows of a lane, page by page, that compares them with the connections that live, and has the lane mend
 * what differs, towards these. A row without a connection is closed, a connection that had a row when the walk began and
 * whose row is not there is opened again.
 *
 * <p>What is closing when a page is asked for, or ends before it comes, says nothing: the page may show it or not.
 */
public final class Comparison {
    private final Lane lane;
    private final long[] owned;
    private int next;
    private long after;
    private boolean asked;
    private Set<Long> ending = Set.of();

    /**
     * What a page has shown.
     *
     * @param closed rows without a connection
     * @param reopened connections without a row
     * @param last whether there is no other page
     */
    public record Mended(int closed, int reopened, boolean last) {}

    /** @param owned the numbers of the connections that have a row now, in any order */
    public Comparison(Lane lane, LongStream owned) {
        this.lane = lane;
        this.owned = owned.sorted().toArray();
    }

    /**
     * A page is asked for now; {@link #compare} or {@link #failed} must follow.
     *
     * @return above which number its rows are
     */
    public long ask() {
        asked = true;
        ending = new HashSet<>(lane.closing());
        return after;
    }

    /** Whether a page is on its way. */
    public boolean isAsked() {
        return asked;
    }

    /** A connection has ended. */
    public void closed(long number) {
        if (asked) {
            ending.add(number);
        }
    }

    /** The page does not come. */
    public void failed() {
        asked = false;
    }

    /**
     * The page has come.
     *
     * @param rows in the order of their numbers
     * @param pageSize rows that a page has at most: one with fewer is the last
     * @param live the connection of a number, as it would be opened; null when it does not live
     * @param now milliseconds since 1970
     */
    public Mended compare(List<ListRows.Row> rows, int pageSize, LongFunction<Batch.@Nullable Open> live, long now) {
        asked = false;
        var closed = 0;
        for (var row : rows) {
            if (live.apply(row.number()) == null
                    && !ending.contains(row.number())
                    && lane.closeRow(row.number(), row.client(), now)) {
                closed++;
            }
        }
        var isLast = rows.size() < pageSize;
        after = isLast ? Long.MAX_VALUE : rows.get(rows.size() - 1).number();
        return new Mended(closed, reopen(rows, live), isLast);
    }

    private int reopen(List<ListRows.Row> rows, LongFunction<Batch.@Nullable Open> live) {
        var listed = rows.stream().map(ListRows.Row::number).collect(Collectors.toSet());
        var reopened = 0;
        for (; next < owned.length && owned[next] <= after; next++) {
            var open = live.apply(owned[next]);
            if (open != null && !listed.contains(owned[next])) {
                lane.reopen(open);
                reopened++;
            }
        }
        return reopened;
    }
}
