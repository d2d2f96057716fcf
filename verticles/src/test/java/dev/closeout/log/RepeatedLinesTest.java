package dev.closeout.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.closeout.fixture.Eventually;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatedLinesTest {
    private final RepeatedLines filter = new RepeatedLines();
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Logger library = context.getLogger("com.example.Partitions");

    @BeforeEach
    void start() {
        filter.setContext(context);
        filter.setMillis(3_600_000);
        context.addTurboFilter(filter);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aThousandLinesOfOneKindAreFive() {
        for (var partition = 0; partition < 1_000; partition++) {
            library.warn("partitionId={} is lost", partition);
            library.warn("[%s] partitionId=%d is lost by %s".formatted("10.0.0.1", partition, UUID.randomUUID()));
        }
        library.warn("something else");

        assertEquals(11, texts().size());
        assertTrue(texts().contains("something else"));
    }

    @Test
    void andBeginAnewAfterAWhile() {
        filter.setMillis(1_000);
        for (var i = 0; i < 10; i++) {
            library.warn("lost");
        }
        assertEquals(5, texts().size());

        Eventually.is("it tells how many were left out", () -> texts().contains(
                        "5 lines like this one were left out in 1 s: WARN com.example.Partitions: lost"));
        library.warn("lost");
        assertEquals("lost", texts().get(texts().size() - 1));
    }

    @Test
    void anotherExceptionIsAnotherKind() {
        for (var i = 0; i < 10; i++) {
            library.error("Unhandled exception", new IllegalStateException("already completed"));
            library.error("Unhandled exception", new IllegalArgumentException("something"));
        }

        assertEquals(10, texts().size());
    }

    @Test
    void whatIsNotLoggedDoesNotCount() {
        for (var i = 0; i < 10; i++) {
            library.trace("lost");
        }
        library.warn("lost");

        assertEquals(List.of("lost"), texts());
    }

    @Test
    void ownLinesAreLeftAlone() {
        var own = context.getLogger("dev.closeout.worker.cleanup.PoisonIsolation");
        for (var i = 0; i < 10; i++) {
            own.warn("lost");
        }

        assertEquals(10, texts().size());
    }

    private List<String> texts() {
        synchronized (appender) {
            return appender.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }
}
