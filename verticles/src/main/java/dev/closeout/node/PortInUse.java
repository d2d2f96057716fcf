package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;

/** Says which key to set when a port is taken. */
final class PortInUse {
    private PortInUse() {}

    static Throwable explain(Throwable failure, String section, String host, int port) {
        return isBind(failure)
                ? new ConfigurationException(
                        "%s.port: cannot listen on %s:%d: %s. Set %s.port (CLOSEOUT_%s_PORT) to a free one; 0 takes any."
                                .formatted(
                                        section,
                                        host,
                                        port,
                                        String.valueOf(failure.getMessage()).replaceFirst("^bind.*: ", ""),
                                        section,
                                        section.toUpperCase(Locale.ROOT)))
                : failure;
    }

    /** The JDK's sockets and the system's own say it with different classes. */
    private static boolean isBind(Throwable failure) {
        return failure instanceof BindException
                || (failure instanceof IOException
                        && String.valueOf(failure.getMessage()).startsWith("bind"));
    }
}
