package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;

/** Says which key to set when a port is taken. */
final class PortInUse {
    private PortInUse() {}

    static Throwable explain(Throwable failure, String key, String host, int port) {
        return isBind(failure)
                ? new ConfigurationException("%s: cannot listen on %s:%d: %s. Set %s (%s) to a free one."
                        .formatted(
                                key,
                                host,
                                port,
                                String.valueOf(failure.getMessage()).replaceFirst("^bind.*: ", ""),
                                key,
                                "CLOSEOUT_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")))
                : failure;
    }

    /** The JDK's sockets and the system's own say it with different classes. */
    private static boolean isBind(Throwable failure) {
        return failure instanceof BindException
                || (failure instanceof IOException
                        && String.valueOf(failure.getMessage()).startsWith("bind"));
    }
}
