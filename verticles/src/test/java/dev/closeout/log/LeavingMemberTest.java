package dev.closeout.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.impl.eventservice.impl.EventServiceImpl;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeavingMemberTest {
    @Test
    void whatItWasStillToTellIsLeftOutAndNothingElse() {
        var context = new LoggerContext();
        context.addTurboFilter(new LeavingMember());
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
        var left = new RetryableHazelcastException("HazelcastInstance[[127.0.0.1]:5701] is not active!");

        var teller = context.getLogger(EventServiceImpl.class);
        teller.error("caught an exception while processing: one event", left);
        teller.error("caught an exception while processing: another", new IllegalStateException("a bug"));
        context.getLogger("com.hazelcast.other").error("somebody else", left);
        context.stop();

        assertEquals(
                List.of("caught an exception while processing: another", "somebody else"),
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }
}
