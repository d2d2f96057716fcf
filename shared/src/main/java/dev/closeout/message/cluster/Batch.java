package dev.closeout.message.cluster;

import dev.closeout.message.CloseReason;
import dev.closeout.message.Transport;
import java.time.Duration;
import java.util.List;

/**
 * What happened on one lane since its last batch. Applying a batch twice changes nothing.
 *
 * @param incarnation that of the node that owns the lane
 * @param lane which of its lanes
 * @param nonce that of the incarnation: a failover may give its number out twice. Empty where it does not matter
 * @param number counts from 1, without a gap
 * @param counted the batch up to which the counts have answered for everything that this lane said: what comes of those now
 *     is a copy that is late
 * @param opens connections that opened
 * @param closes connections that closed; each was opened by an earlier batch
 * @param counts for each client touched, how many connections this lane has once the batch is applied
 */
public record Batch(
        long incarnation,
        int lane,
        String nonce,
        long number,
        long counted,
        List<Open> opens,
        List<Close> closes,
        List<Count> counts) {
    /**
     * Longer than a copy of a batch, or of what follows from it, can be under way. A batch is sent again for as long as its
     * owner lives, but each copy lives for seconds.
     */
    public static final Duration COPY_LIFETIME = Duration.ofMinutes(5);

    /** A request to any worker; the answer is a {@link BatchApplied}. */
    public static final String ADDRESS = "closeout.batch.apply";

    /**
     * One connection that opened.
     *
     * @param number its number within the incarnation
     * @param remote the peer's address as text
     * @param openedAt milliseconds since 1970, by the owner's clock
     * @param lingerMillis how long its client wants to keep its generation without a connection; {@link #LINGER_UNSAID}
     *     when it did not say
     * @param clientLimit connections that its client may have by its token; 0: that does not say
     */
    public record Open(
            long number,
            String client,
            Transport transport,
            String remote,
            long openedAt,
            long lingerMillis,
            int clientLimit) {
        /** The linger time of a client that leaves it to the node. */
        public static final long LINGER_UNSAID = -1;

        /** Of a client that did not say how long it wants to linger. */
        public Open(long number, String client, Transport transport, String remote, long openedAt) {
            this(number, client, transport, remote, openedAt, LINGER_UNSAID);
        }

        /** Of a client whose token does not say how many connections it may have. */
        public Open(long number, String client, Transport transport, String remote, long openedAt, long lingerMillis) {
            this(number, client, transport, remote, openedAt, lingerMillis, 0);
        }
    }

    /**
     * One connection that closed.
     *
     * @param number its number within the incarnation
     * @param closedAt milliseconds since 1970, by the owner's clock
     */
    public record Close(long number, CloseReason reason, long closedAt) {}

    /** How many connections a client has on the lane: never negative. */
    public record Count(String client, int connections) {}

    /** Of a sender whose incarnation is known by its number alone. */
    public Batch(long incarnation, int lane, long number, List<Open> opens, List<Close> closes, List<Count> counts) {
        this(incarnation, lane, "", number, 0, opens, closes, counts);
    }

    public Batch {
        opens = List.copyOf(opens);
        closes = List.copyOf(closes);
        counts = List.copyOf(counts);
    }
}
