package dev.closeout.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OutOfMemoryHandler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Ends the process when memory ran out somewhere in it: whatever was at it then may be half done, a thread may be gone, and
 * others clean up after a node that is dead, not after one that does not answer. Netty, Vert.x and executors catch such an
 * error and log it, so the log is where it is seen, besides threads that end by it. What it does allocates nothing.
 */
final class FatalErrors extends TurboFilter {
    /** The exit code of a process that cannot go on. */
    static final int CANNOT_GO_ON = 3;

    private static final byte[] LAST_WORDS =
            "closeout: the memory ran out; the process ends, other nodes clean up. Give it more (java -Xmx), or fewer clients (limits.connections).\n"
                    .getBytes(StandardCharsets.UTF_8);
    /** An error may be its own cause in the end. */
    private static final int DEPTH = 20;

    private final FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);

    private FatalErrors() {}

    /** From now on, for the whole process. */
    static void endTheProcess() {
        var watch = new FatalErrors();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            watch.setContext(context);
            watch.start();
            context.addTurboFilter(watch);
        }
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            watch.look(failure);
            if (before != null) {
                before.uncaughtException(thread, failure);
            } else {
                LoggerFactory.getLogger(FatalErrors.class).error("Thread {} ended", thread.getName(), failure);
            }
        });
        Hazelcast.setOutOfMemoryHandler(new OutOfMemoryHandler() {
            @Override
            public void onOutOfMemory(OutOfMemoryError error, HazelcastInstance[] members) {
                watch.look(error);
            }
        });
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable failure) {
        if (failure != null) {
            look(failure);
        }
        return FilterReply.NEUTRAL;
    }

    private void look(Throwable failure) {
        var cause = failure;
        for (var depth = 0; cause != null && depth < DEPTH; depth++) {
            if (cause instanceof OutOfMemoryError) {
                end();
            }
            cause = cause.getCause();
        }
    }

    private void end() {
        try {
            stderr.write(LAST_WORDS);
        } catch (IOException nobodyReads) {
            // The exit code says it.
        } finally {
            Runtime.getRuntime().halt(CANNOT_GO_ON);
        }
    }
}
