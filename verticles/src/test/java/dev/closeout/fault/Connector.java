package dev.closeout.fault;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * How clients come to nodes: through each of their doors, in shares that are drawn from a seed, with a token or a word.
 * On the clients' event loop.
 */
final class Connector {
    private static final int CONNECT_MS = 5_000;
    /** Within which a node answers, or is given up. */
    private static final long ANSWER_MS = 12_000;
    /** Connections to one node that streams share: each carries as many as {@code http.streams}. */
    private static final int SHARED = 32;
    /** One of so many connections shows a token of its client's own. */
    private static final int TOKENS = 4;

    private final Vertx vertx;
    private final Cluster cluster;
    private final NetClient plain;
    private final NetClient overTls;
    private final HttpClient http;
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
    private final Random random;
    private int turn;

    Connector(Vertx vertx, Cluster cluster, Random random) {
        this.vertx = vertx;
        this.cluster = cluster;
        this.random = random;
        var host = cluster.network().clientHost().getHostAddress();
        var trust = cluster.identities().authority();
        this.plain = vertx.createNetClient(new NetClientOptions()
                .setTcpNoDelay(true)
                .setConnectTimeout(CONNECT_MS)
                .setLocalAddress(host));
        this.overTls = vertx.createNetClient(new NetClientOptions()
                .setTcpNoDelay(true)
                .setConnectTimeout(CONNECT_MS)
                .setLocalAddress(host)
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(trust)
                .setSslHandshakeTimeout(CONNECT_MS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS));
        this.http = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setUseAlpn(true)
                        .setConnectTimeout(CONNECT_MS)
                        .setLocalAddress(host)
                        .setSsl(true)
                        .setTrustOptions(trust)
                        .setSslHandshakeTimeout(CONNECT_MS)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new PoolOptions().setHttp2MaxSize(SHARED))
                // Its streams hear of it too.
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
    }

    /** All that ever were. May be read by anyone. */
    Queue<Session> sessions() {
        return sessions;
    }

    /** Connects to any node by what is drawn. */
    Session openAnywhere(String client) {
        var node = entrance(random.nextInt(cluster.entrances().size()));
        return open(client, node, Door.draw(cluster.node(node), random), token(client));
    }

    /** Connects to a node by each of its doors, one after the other. */
    Session openInTurn(String client, int node) {
        return openInTurn(client, node, token(client));
    }

    /**
     * The same.
     *
     * @param token what lets the client in
     */
    Session openInTurn(String client, int node, String token) {
        var doors = Door.of(cluster.node(node));
        return open(client, node, doors.get(turn++ % doors.size()), token);
    }

    /** Connects as one of very many, to each node in turn. */
    Session openForCrowd(String client, int number) {
        var node = entrance(number);
        return open(client, node, Door.drawForCrowd(cluster.node(node), random), Identities.WORD);
    }

    /** What lets a client in: a token of its own, or the word that they share. */
    String token(String client) {
        return random.nextInt(TOKENS) == 0 ? cluster.identities().issuer().token(client) : Identities.WORD;
    }

    private int entrance(int number) {
        var entrances = cluster.entrances();
        return entrances.get(number % entrances.size());
    }

    private Session open(String client, int node, Door door, String token) {
        var session = new Session(client, node, door.toString());
        sessions.add(session);
        var port = door.port(cluster.node(node));
        var host = cluster.network().nodeHost(node);
        if (port == 0) {
            session.failed(new IllegalStateException("the node is not ready"));
            return session;
        }
        if (door == Door.EVENTS) {
            var to = new RequestOptions().setHost(host).setPort(port).setConnectTimeout(CONNECT_MS);
            EventLine.open(http, to, session, token);
        } else {
            (door.isOverTls() ? overTls : plain)
                    .connect(port, host)
                    .onSuccess(socket -> SocketLine.open(socket, door.protocol(), session, token))
                    .onFailure(session::failed);
        }
        dropAfterPatience(session, session.settled().mapEmpty());
        return session;
    }

    /** Unless this is done before. */
    void dropAfterPatience(Session session, Future<Void> done) {
        var timer = vertx.setTimer(ANSWER_MS, late -> session.drop());
        done.onComplete(settled -> vertx.cancelTimer(timer));
    }
}
