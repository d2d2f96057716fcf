package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Says which key to set when a port is taken, or an address is none of this machine's. */
final class PortInUse {
    private PortInUse() {}

    /** The key is that of the port; that of the host is named alike. */
    static Throwable explain(Throwable failure, String key, String host, int port) {
        var said = String.valueOf(failure.getMessage()).replaceFirst("^bind.*: ", "");
        if (failure instanceof UnknownHostException || said.contains("assign requested address")) {
            var ofHost = key.replaceFirst("port$", "host");
            return new ConfigurationException(
                    "%s: cannot listen on %s:%d: %s. Set %s (%s) to an address of this machine; 0.0.0.0 is each of them."
                            .formatted(ofHost, host, port, said, ofHost, variable(ofHost)));
        }
        return isBind(failure)
                ? new ConfigurationException("%s: cannot listen on %s:%d: %s. Set %s (%s) to a free one; 0 takes any."
                        .formatted(key, host, port, said, key, variable(key)))
                : failure;
    }

    private static String variable(String key) {
        return "CLOSEOUT_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** The JDK's sockets and the system's own say it with different classes. */
    private static boolean isBind(Throwable failure) {
        return failure instanceof BindException
                || (failure instanceof IOException
                        && String.valueOf(failure.getMessage()).startsWith("bind"));
    }
}
