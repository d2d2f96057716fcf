package dev.closeout.message;

import java.util.List;
import java.util.Set;

/** Which of Closeout's own addresses may be given to those outside of the cluster, and which may never be. */
public final class PublicAddresses {
    /** Requests with a documented JSON form. */
    public static final List<String> REQUESTS = List.of(
            ClientLocated.ADDRESS,
            ClientsListed.ADDRESS,
            ClientsCounted.ADDRESS,
            ConnectionLocated.ADDRESS,
            ConnectionsListed.ADDRESS,
            ClusterCounted.ADDRESS,
            NodesListed.ADDRESS,
            ClientKicked.ADDRESS,
            ConnectionKicked.ADDRESS,
            ClientMessaged.ADDRESS,
            ConnectionMessaged.ADDRESS,
            GroupMessaged.ADDRESS,
            Group.JOINED,
            Group.LEFT,
            GroupListed.ADDRESS,
            OwedListed.ADDRESS,
            DeadLettersListed.ADDRESS,
            DeadLetter.Named.SENT_AGAIN,
            DeadLettersResent.ADDRESS,
            DeadLetter.Named.DROPPED);

    /** Events that workers publish. */
    public static final List<String> EVENTS =
            List.of(ClientArrived.EVENT, ConnectionOpened.EVENT, ConnectionClosed.EVENT, ClientGone.EVENT);

    /** The first words of addresses, of messages within the cluster too, and those of Vert.x itself. */
    private static final Set<String> OWN = Set.of(
            "batch",
            "client",
            "clients",
            "closeout",
            "cluster",
            "connection",
            "connections",
            "counts",
            "database",
            "deadletter",
            "deadletters",
            "group",
            "handler",
            "incarnation",
            "judge",
            "lane",
            "lease",
            "message",
            "node",
            "nodes",
            "owed",
            "rows",
            "work");

    private PublicAddresses() {}

    /** Whether the address belongs to Closeout or to Vert.x, and not to a user's own verticles. */
    public static boolean isOwn(String address) {
        return address.startsWith("__vertx") || OWN.contains(address.split("\\.", 2)[0]);
    }
}
