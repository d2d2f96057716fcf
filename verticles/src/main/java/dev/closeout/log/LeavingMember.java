package dev.closeout.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Leaves out what Hazelcast says of events that it was still to tell when its member left: an ERROR with a stack trace, of
 * something that nobody waits for any more, as the last word of a node that stops.
 */
public final class LeavingMember extends TurboFilter {
    private static final String TELLER = "com.hazelcast.spi.impl.eventservice.impl.EventServiceImpl";
    private static final String HAS_LEFT = "is not active";

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        return thrown != null
                        && logger.getName().equals(TELLER)
                        && String.valueOf(thrown.getMessage()).contains(HAS_LEFT)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
