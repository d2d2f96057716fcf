package dev.closeout.config;

/** Everything that one node is told, one section a record: the shape of {@code cluster-config/node.yaml}. */
public record NodeConfig(
        Identity node,
        Cluster cluster,
        Sockets sockets,
        Limits limits,
        Tcp tcp,
        Http http,
        Api api,
        Messages messages,
        Workers workers,
        Database database,
        Clients clients,
        Deploy deploy,
        Hooks hooks,
        Owed owed,
        Webhook webhook,
        DeadLetters deadLetters,
        Bridge bridge) {
    public NodeConfig {
        // Otherwise a post that is still under way would be made a second time beside it.
        Check.that(
                webhook.url() == null || webhook.timeout().compareTo(owed.answerTimeout()) < 0,
                "webhook.timeout",
                DurationText.write(webhook.timeout()),
                "less than owed.answer-timeout, " + DurationText.write(owed.answerTimeout()));
    }

    public boolean has(Role role) {
        return node.roles().contains(role);
    }
}
