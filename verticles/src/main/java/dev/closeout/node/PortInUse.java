package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import java.net.BindException;
import java.util.Locale;

/** Says which key to set when a port is taken. */
final class PortInUse {
    private PortInUse() {}

    static Throwable explain(Throwable failure, String section, String host, int port) {
        return failure instanceof BindException
                ? new ConfigurationException(
                        "%s.port: cannot listen on %s:%d: %s. Set %s.port (CLOSEOUT_%s_PORT) to a free one; 0 takes any."
                                .formatted(
                                        section,
                                        host,
                                        port,
                                        failure.getMessage(),
                                        section,
                                        section.toUpperCase(Locale.ROOT)))
                : failure;
    }
}
