package dev.closeout.lease;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.Judge;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.message.cluster.RenewLease;
import dev.closeout.tenure.Tenure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One renewal: asked of the own worker, or of one judge, and when that does not do at once, of every judge. Used on the
 * lease's event loop; it ends by itself.
 */
final class Renewal {
    private static final int ANSWERS_PER_LEASE = 2;
    /** How long one may take to answer before others are asked too, and before its process is looked for. */
    private static final int SUSPICIONS_PER_LEASE = 10;
    /** Whoever is there: its name is not known, so its word holds nothing. */
    private static final String ANY = "";

    private final Vertx vertx;
    private final NetClient client;
    private final Tenure tenure;
    private final String nonce;
    private final Tenure.Round round;
    private final Duration lease;
    private final Outcome outcome;
    private final Set<String> asked = new HashSet<>();
    private boolean allAsked;
    private boolean renewed;

    /** Told what became of it. */
    interface Outcome {
        /** The incarnation was declared dead. */
        void fenced();

        /** The database has heard of it. */
        void renewed();

        /** It was not renewed at once. */
        void failed();
    }

    Renewal(Vertx vertx, NetClient client, Tenure tenure, String nonce, Duration lease, Outcome outcome) {
        this.vertx = vertx;
        this.client = client;
        this.tenure = tenure;
        this.nonce = nonce;
        this.round = tenure.ask(System.nanoTime());
        this.lease = lease;
        this.outcome = outcome;
    }

    /** Asks the workers of this node, when it has any. */
    void start(boolean ownWorkers) {
        var judges = tenure.judges();
        if (ownWorkers) {
            ask(ANY, RenewLease.ADDRESS, asking().setLocalOnly(true));
        } else if (judges.isEmpty()) {
            ask(ANY, RenewLease.ADDRESS, asking());
        } else {
            through(judges.get(ThreadLocalRandom.current().nextInt(judges.size())));
        }
        vertx.setTimer(suspicious(), late -> askAll());
    }

    /** Asks one judge. */
    void through(Judge judge) {
        if (!asked.add(judge.process())) {
            return;
        }
        if (tenure.hasEnded(judge.process())) {
            // That nobody listens has to be true now, too.
            look(judge);
        } else {
            var looking = vertx.setTimer(suspicious(), late -> look(judge));
            ask(judge.process(), RenewLease.addressOf(judge.process()), asking())
                    .onComplete(answered -> vertx.cancelTimer(looking))
                    .onFailure(failure -> {
                        if (Failure.of(failure) == null) {
                            look(judge);
                        }
                    });
        }
    }

    private void askAll() {
        if (renewed || allAsked) {
            return;
        }
        allAsked = true;
        tenure.holdIfNobodyJudges(round, System.nanoTime());
        tenure.judges().forEach(this::through);
        // Finds judges that have joined since.
        ask(ANY, RenewLease.ADDRESS, asking());
        outcome.failed();
    }

    private Future<?> ask(String process, String address, DeliveryOptions asking) {
        var body = new RenewLease(tenure.incarnation(), nonce, lease.toMillis()).toJson();
        return vertx.eventBus()
                .<JsonObject>request(address, body, asking)
                .onSuccess(reply -> {
                    renewed = true;
                    tenure.renewed(
                            round,
                            System.nanoTime(),
                            LeaseHeld.fromJson(reply.body()).judges());
                    outcome.renewed();
                })
                .onFailure(failure -> {
                    var known = Failure.of(failure);
                    if (known == Failure.FENCED) {
                        outcome.fenced();
                        return;
                    }
                    if (known == Failure.DATABASE_AWAY) {
                        tenure.word(round, System.nanoTime(), process);
                    }
                    askAll();
                });
    }

    /** Connects to where its event bus listens. Only a refusal proves that the process has ended: silence proves nothing. */
    private void look(Judge judge) {
        client.connect(judge.port(), judge.host())
                .onSuccess(socket -> {
                    tenure.listens(judge.process());
                    socket.close();
                })
                .onFailure(failure -> {
                    if (String.valueOf(failure.getMessage()).contains("Connection refused")) {
                        tenure.dead(round, System.nanoTime(), judge.process());
                    }
                });
    }

    private DeliveryOptions asking() {
        return new DeliveryOptions().setSendTimeout(lease.toMillis() / ANSWERS_PER_LEASE);
    }

    private long suspicious() {
        return lease.toMillis() / SUSPICIONS_PER_LEASE;
    }
}
