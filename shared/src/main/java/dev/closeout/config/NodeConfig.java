package dev.closeout.config;

/** Everything that one node is told, one section a record: the shape of {@code cluster-config/node.yaml}. */
public record NodeConfig(
        Identity node,
        Cluster cluster,
        Sockets sockets,
        Limits limits,
        Tcp tcp,
        Http http,
        Workers workers,
        Database database,
        Clients clients,
        Deploy deploy,
        Hooks hooks) {

    public boolean has(Role role) {
        return node.roles().contains(role);
    }
}
