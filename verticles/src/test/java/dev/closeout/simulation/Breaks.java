package dev.closeout.simulation;

import dev.closeout.message.cluster.Batch;
import dev.closeout.protocol.Batches;
import dev.closeout.protocol.Incarnations;
import dev.closeout.protocol.LaneRow;
import dev.closeout.protocol.Ledger;
import dev.closeout.protocol.Reaping;
import dev.closeout.protocol.Releasing;
import dev.closeout.protocol.Transaction;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The database's rules as they are, or with one of them broken. */
final class Breaks {
    private Breaks() {}

    static Incarnations lives(@Nullable Broken broken, Ledger ledger) {
        return new Incarnations(ledger) {
            @Override
            public boolean openLane(Transaction by, LaneRow.Key lane) {
                if (broken != Broken.LANE_SLIPS_PAST_FENCE) {
                    return super.openLane(by, lane);
                }
                var node = ledger.nodes.get(lane.incarnation());
                return node != null && !node.fenced() && insert(by, lane);
            }

            @Override
            protected long nextIncarnation() {
                if (broken != Broken.INCARNATION_USED_AGAIN) {
                    return super.nextIncarnation();
                }
                var incarnation = 1L;
                while (ledger.nodes.get(incarnation) != null) {
                    incarnation++;
                }
                return incarnation;
            }
        };
    }

    static Batches batches(@Nullable Broken broken, Ledger ledger, long lingerMillis, Predicate<Batch.Open> refuses) {
        return new Batches(ledger, lingerMillis, refuses) {
            @Override
            protected boolean isNext(LaneRow lane, Batch batch) {
                if (broken == Broken.NUMBER_NOT_CHECKED) {
                    return !lane.fenced();
                }
                return broken == Broken.FENCE_NOT_CHECKED
                        ? lane.applied() == batch.number() - 1
                        : super.isNext(lane, batch);
            }

            @Override
            protected long nextGeneration(String client) {
                return broken == Broken.GENERATION_USED_AGAIN ? client.hashCode() : super.nextGeneration(client);
            }
        };
    }

    static Releasing releasing(@Nullable Broken broken, Ledger ledger) {
        return new Releasing(ledger) {
            @Override
            protected boolean isVacant(Transaction by, String client) {
                return broken == Broken.RELEASE_BY_COUNT_ALONE || super.isVacant(by, client);
            }

            @Override
            public List<String> lock(Transaction by, SortedSet<String> clients) {
                if (broken == Broken.MARKED_IN_ONE_STATEMENT) {
                    super.markVacant(by, clients);
                }
                return broken == Broken.RELEASE_IN_ONE_STATEMENT ? List.copyOf(clients) : super.lock(by, clients);
            }
        };
    }

    static Reaping reaping(@Nullable Broken broken, Ledger ledger, Incarnations lives) {
        return new Reaping(ledger, lives, Setting.REAP_LIMIT) {
            @Override
            protected boolean mayJudge(Transaction by, String judge) {
                return broken == Broken.JUDGED_WITHOUT_LEASE || super.mayJudge(by, judge);
            }

            @Override
            public int fenceLanes(Transaction by, long incarnation) {
                return broken == Broken.LANES_NOT_FENCED ? 0 : super.fenceLanes(by, incarnation);
            }
        };
    }
}
