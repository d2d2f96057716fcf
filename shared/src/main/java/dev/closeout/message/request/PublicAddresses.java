package dev.closeout.message.request;

import dev.closeout.message.event.ClientArrived;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import dev.closeout.message.event.ConnectionOpened;
import java.util.List;

/** Which of Closeout's own addresses may be given to those outside of the cluster, and which may never be. */
public final class PublicAddresses {
    /** Requests with a documented JSON form. */
    public static final List<String> REQUESTS = List.of(
            LocateClient.ADDRESS,
            ListClients.ADDRESS,
            CountClients.ADDRESS,
            LocateConnection.ADDRESS,
            ListConnections.ADDRESS,
            CountCluster.ADDRESS,
            ListNodes.ADDRESS,
            KickClient.ADDRESS,
            KickConnection.ADDRESS,
            SendToClient.ADDRESS,
            SendToConnection.ADDRESS,
            SendToGroup.ADDRESS,
            JoinGroup.ADDRESS,
            LeaveGroup.ADDRESS,
            ListGroup.ADDRESS,
            ListOwed.ADDRESS,
            ListDeadLetters.ADDRESS,
            ResendDeadLetter.ADDRESS,
            ResendDeadLetters.ADDRESS,
            DropDeadLetter.ADDRESS);

    /** Events that workers publish. */
    public static final List<String> EVENTS =
            List.of(ClientArrived.ADDRESS, ConnectionOpened.ADDRESS, ConnectionClosed.ADDRESS, ClientGone.ADDRESS);

    private PublicAddresses() {}

    /** Whether the address belongs to Closeout or to Vert.x, and not to a user's own verticles. */
    public static boolean isOwn(String address) {
        return address.startsWith("closeout.") || address.startsWith("__vertx");
    }
}
