package dev.closeout.config;

/** Everything that one node is told, one section a record: the shape of {@code cluster-config/node.yaml}. */
public record NodeConfig(
        NodeSection node,
        ClusterSection cluster,
        SocketsSection sockets,
        LimitsSection limits,
        TcpSection tcp,
        HttpSection http,
        ApiSection api,
        MessagesSection messages,
        WorkersSection workers,
        DatabaseSection database,
        ClientsSection clients,
        DeploySection deploy,
        HooksSection hooks,
        OwedSection owed,
        WebhookSection webhook,
        DeadLettersSection deadLetters,
        BridgeSection bridge,
        TlsSection tls,
        ProxySection proxy,
        AuthSection auth) {
    public NodeConfig {
        // Otherwise a post that is still under way would be made a second time beside it.
        Check.that(
                webhook.url() == null || webhook.timeout().compareTo(owed.answerTimeout()) < 0,
                "webhook.timeout",
                DurationText.write(webhook.timeout()),
                "less than owed.answer-timeout, " + DurationText.write(owed.answerTimeout()));
        Check.that(
                tls.certificate() != null || (tcp.tlsPort() == null && !http.tls()),
                "tls.certificate",
                "empty",
                "set, with tls.key, when there is a tcp.tls-port or http.tls is true");
        Check.that(
                !proxy.addresses().isEmpty()
                        || (tcp.proxyProtocol() == ProxyProtocol.OFF && http.proxyProtocol() == ProxyProtocol.OFF),
                "proxy.addresses",
                "empty",
                "set when tcp.proxy-protocol or http.proxy-protocol is required: whoever may send its header may say that he"
                        + " is anybody");
        Check.that(
                !bridge.enabled() || bridge.token() != null || auth.jwt().enabled(),
                "bridge.token",
                "empty",
                "set when bridge.enabled is true, or auth.jwt: whoever has it may end any client's connections");
    }

    public boolean has(Role role) {
        return node.roles().contains(role);
    }
}
