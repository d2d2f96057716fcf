package dev.closeout.fault;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One connection as its client knows it, with all that it did and saw. Changed on the clients' event loop only, read by
 * anyone.
 */
final class Session implements Protocol.Listener {
    /** How a client ends it. */
    enum Way {
        FIN,
        RST,
        /** It says what makes the node end it. */
        BY_NODE,
        /** It says no more, and waits until the node ends it too. */
        HALF_CLOSE,
        /** The same, and moments later the rude end: it may overtake what the node does about the first. */
        FIN_THEN_RST,
        /** The same while answers are on their way that it does not read. */
        ASK_THEN_FIN_THEN_RST
    }

    private final String client;
    private final int node;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Promise<Session> settled = Promise.promise();
    private final Promise<Void> over = Promise.promise();
    private final Service service = new Service();
    /** Questions without an answer, the oldest first. */
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    private final Echoes echoes;
    private int questions;
    private int messages;
    private @Nullable Line line;
    private volatile @Nullable String id;
    private volatile @Nullable Instant endingAt;
    private volatile @Nullable Instant endedAt;
    private volatile @Nullable String told;

    private record Asked(Instant at, Promise<Void> answered) {}

    /**
     * None yet.
     *
     * @param by how it comes to it
     */
    Session(String client, int node, String by) {
        this.client = client;
        this.node = node;
        this.echoes = new Echoes(client);
        note("connects to node-%d by %s".formatted(node, by));
    }

    String client() {
        return client;
    }

    /** The number of the node that it came to. */
    int node() {
        return node;
    }

    /** {@code INCARNATION-NUMBER}; null when it was not welcomed. */
    @Nullable String id() {
        return id;
    }

    /** When the client began to end it; null when it did not. */
    @Nullable Instant endingAt() {
        return endingAt;
    }

    /** When the client saw its end. */
    @Nullable Instant endedAt() {
        return endedAt;
    }

    /** The node's last words, such as {@code node-restarts connect again}. */
    @Nullable String told() {
        return told;
    }

    boolean isLiving() {
        return id != null && endedAt == null;
    }

    /**
     * Whether neither side has said that it is over. A WebSocket whose node has said so may still answer: it waits for the
     * peer's farewell.
     */
    private boolean isServing() {
        return isLiving() && endingAt == null && told == null;
    }

    /** Whether it lives and was answered at least once. */
    boolean isServed() {
        return isLiving() && service.size() > 0;
    }

    /** Completes when it is welcomed or has ended. */
    Future<Session> settled() {
        return settled.future();
    }

    /** Completes when it has ended. */
    Future<Void> over() {
        return over.future();
    }

    /** What happened, in order, each with its time. */
    List<String> events() {
        return events;
    }

    /**
     * It has a connection, and says hello.
     *
     * @param from where the node sees it
     */
    void connected(Line made, String from) {
        line = made;
        note("says hello from " + from);
    }

    void failed(Throwable failure) {
        ended("cannot connect: " + failure.getMessage());
    }

    /** Ends it in this way. */
    void end(Way way) {
        var current = line;
        if (current == null || endedAt != null || endingAt != null) {
            return;
        }
        endingAt = Instant.now();
        note("ends it: " + way);
        current.end(way);
    }

    /** Ends it although it is ending: the node does not. */
    void drop() {
        var current = line;
        if (current != null && endedAt == null) {
            note("waits no longer");
            if (endingAt == null) {
                endingAt = Instant.now();
            }
            current.breakOff();
        }
    }

    /** When it was served. */
    Service service() {
        return service;
    }

    /** What came back of what it said. */
    Echoes echoes() {
        return echoes;
    }

    /** Says something that comes back, if nothing loses it: now to this connection, now to all of its client. */
    void say() {
        var current = line;
        if (current != null && isServing()) {
            var number = ++messages;
            var to = number % 2 == 0 ? EchoWitness.TO_ALL : EchoWitness.TO_ONE;
            current.say("%s %d".formatted(to, number));
        }
    }

    /** Completes when the node answers. */
    Future<Void> ping() {
        var current = line;
        if (current == null || !isServing()) {
            return Future.failedFuture("it does not live");
        }
        var text = "%s.%d".formatted(client, ++questions);
        var question = new Asked(Instant.now(), Promise.promise());
        asked.put(text, question);
        current.ask(text);
        return question.answered.future();
    }

    @Override
    public void welcomed(String given) {
        id = given;
        note("welcomed as " + given);
        settled.tryComplete(this);
    }

    @Override
    public void told(String words) {
        told = words;
        note("told: " + words);
    }

    @Override
    public void ponged(String text) {
        var question = asked.remove(text);
        if (question != null) {
            service.answered(question.at, Instant.now());
            question.answered.complete();
        }
    }

    @Override
    public void heard(String text) {
        echoes.heard(text, id);
    }

    void ended(String how) {
        if (endedAt == null) {
            endedAt = Instant.now();
            note(how);
            settled.tryComplete(this);
            asked.values().forEach(question -> question.answered.tryFail("it ended"));
            asked.clear();
            over.tryComplete();
            // Its history stays for the judge, of a hundred thousand; not what the connection holds.
            line = null;
        }
    }

    /** Keeps what happened in its history. */
    void note(String event) {
        events.add(Instant.now() + " " + event);
    }

    @Override
    public String toString() {
        return "%s: %s".formatted(id == null ? "(never welcomed)" : id, String.join("; ", events));
    }
}
