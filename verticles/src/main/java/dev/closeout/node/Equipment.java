package dev.closeout.node;

import dev.closeout.config.NodeConfig;
import dev.closeout.connection.Doors;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What a node has before it joins a cluster: nothing of it can fail afterwards. */
record Equipment(NodeConfig config, PrometheusMeterRegistry registry, Doors doors) {
    /**
     * Reads what the configuration names. Blocks.
     *
     * @throws dev.closeout.config.ConfigurationException that names what cannot be used
     */
    static Equipment of(NodeConfig config) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(Families.help());
        return new Equipment(config, registry, Doors.of(config, registry));
    }
}
