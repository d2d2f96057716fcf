package dev.closeout.tls;

import dev.closeout.config.ClusterSection;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;

/** TLS between nodes, on the event bus: each proves to the other that it is one. */
public final class BusTls {
    private BusTls() {}

    /**
     * Has the event bus speak TLS where its files are set. Vert.x copies its options as JSON, so only buffers go through. Blocks.
     *
     * @throws dev.closeout.config.ConfigurationException that names the file that cannot be used
     */
    public static EventBusOptions addTo(EventBusOptions options, ClusterSection config) {
        var files = CertificateFiles.of(config);
        if (files == null) {
            return options;
        }
        var certified = files.read();
        options.setSsl(true).setKeyCertOptions(certified.identity()).setTrustOptions(certified.trust());
        return options.setClientAuth(ClientAuth.REQUIRED)
                // By default Vert.x takes whoever answers for a node.
                .setTrustAll(false);
    }
}
