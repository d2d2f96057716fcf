package dev.closeout.api;

import dev.closeout.failure.Failure;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.CountCluster;
import dev.closeout.message.request.DropDeadLetter;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.ListClients;
import dev.closeout.message.request.ListConnections;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.ListOwed;
import dev.closeout.message.request.LocateClient;
import dev.closeout.message.request.LocateConnection;
import dev.closeout.message.request.ResendDeadLetter;
import dev.closeout.message.request.ResendDeadLetters;
import dev.closeout.token.Scope;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The operations of the description, each a request on the event bus. Their results are the bodies of the answers;
 * empty: there is none. What is wrong with a request in a way that the description cannot tell, its record refuses.
 */
final class Calls {
    private static final int PAGE = 100;

    private final EventBus bus;
    private final DeliveryOptions patience;
    private final Map<String, Function<ValidatedRequest, Future<Optional<JsonObject>>>> byOperation = Map.ofEntries(
            Map.entry("listNodes", request -> ask(ListNodes.ADDRESS, new JsonObject())),
            Map.entry("listClients", this::listClients),
            Map.entry("findClient", this::findClient),
            Map.entry("endClient", this::endClient),
            Map.entry("listConnections", this::listConnections),
            Map.entry("findConnection", this::findConnection),
            Map.entry("endConnection", this::endConnection),
            Map.entry("countCluster", request -> ask(CountCluster.ADDRESS, new JsonObject())),
            Map.entry("countClients", this::countClients),
            Map.entry("listOwed", this::listOwed),
            Map.entry("listDeadLetters", this::listDeadLetters),
            Map.entry("sendDeadLettersAgain", this::sendDeadLettersAgain),
            Map.entry("sendDeadLetterAgain", this::sendDeadLetterAgain),
            Map.entry("dropDeadLetter", this::dropDeadLetter));

    /**
     * @param patience how long a worker may take
     */
    Calls(EventBus bus, Duration patience) {
        this.bus = bus;
        this.patience = new DeliveryOptions().setSendTimeout(patience.toMillis());
    }

    /** What can be made. */
    Set<String> operations() {
        return byOperation.keySet();
    }

    /** What a token has to allow for it. */
    static Scope scope(String operation) {
        return switch (operation) {
            case "listNodes",
                    "listClients",
                    "findClient",
                    "listConnections",
                    "findConnection",
                    "countCluster",
                    "countClients",
                    "listOwed" -> Scope.READ;
            case "endClient", "endConnection" -> Scope.KICK;
            case "listDeadLetters", "sendDeadLettersAgain", "sendDeadLetterAgain", "dropDeadLetter" ->
                Scope.DEADLETTERS;
            default -> throw new IllegalStateException("nothing is said of " + operation);
        };
    }

    /** Fails with what came over the event bus. */
    Future<Optional<JsonObject>> make(String operation, ValidatedRequest request) {
        var call = byOperation.get(operation);
        if (call == null) {
            throw new IllegalStateException("nothing does " + operation);
        }
        return call.apply(request);
    }

    private Future<Optional<JsonObject>> listClients(ValidatedRequest request) {
        return ask(ListClients.ADDRESS, new ListClients(query(request, "after"), limit(request)).toJson());
    }

    private Future<Optional<JsonObject>> findClient(ValidatedRequest request) {
        return ask(LocateClient.ADDRESS, new LocateClient(path(request, "client")).toJson())
                .compose(found -> found.map(LocateClient.Located::fromJson)
                                .filter(located -> located.total() > 0)
                                .isPresent()
                        ? Future.succeededFuture(found)
                        : Future.failedFuture(Failure.NOT_FOUND.because("the client is not online")));
    }

    private Future<Optional<JsonObject>> endClient(ValidatedRequest request) {
        return ask(KickClient.ADDRESS, new KickClient(path(request, "client"), query(request, "reason")).toJson());
    }

    private Future<Optional<JsonObject>> listConnections(ValidatedRequest request) {
        var asked = new ListConnections(
                query(request, "after"), limit(request), query(request, "node"), query(request, "client"));
        return ask(ListConnections.ADDRESS, asked.toJson());
    }

    private Future<Optional<JsonObject>> findConnection(ValidatedRequest request) {
        return ask(LocateConnection.ADDRESS, new LocateConnection(path(request, "connection")).toJson());
    }

    private Future<Optional<JsonObject>> endConnection(ValidatedRequest request) {
        return ask(
                KickConnection.ADDRESS,
                new KickConnection(path(request, "connection"), query(request, "reason")).toJson());
    }

    private Future<Optional<JsonObject>> countClients(ValidatedRequest request) {
        return ask(
                CountClients.ADDRESS,
                CountClients.fromJson(request.getBody().getJsonObject()).toJson());
    }

    private Future<Optional<JsonObject>> listOwed(ValidatedRequest request) {
        return ask(ListOwed.ADDRESS, new ListOwed(afterNumber(request), query(request, "client")).toJson());
    }

    private Future<Optional<JsonObject>> listDeadLetters(ValidatedRequest request) {
        var asked = new ListDeadLetters(
                afterNumber(request),
                query(request, "hook"),
                query(request, "handler"),
                declared(request.getQuery(), "since").getLong(0L),
                declared(request.getQuery(), "until").getLong(0L));
        return ask(ListDeadLetters.ADDRESS, asked.toJson());
    }

    private Future<Optional<JsonObject>> sendDeadLettersAgain(ValidatedRequest request) {
        return ask(
                ResendDeadLetters.ADDRESS,
                ResendDeadLetters.fromJson(request.getBody().getJsonObject()).toJson());
    }

    private Future<Optional<JsonObject>> sendDeadLetterAgain(ValidatedRequest request) {
        return ask(ResendDeadLetter.ADDRESS, new ResendDeadLetter(letter(request)).toJson())
                .map(done -> Optional.empty());
    }

    private Future<Optional<JsonObject>> dropDeadLetter(ValidatedRequest request) {
        return ask(DropDeadLetter.ADDRESS, new DropDeadLetter(letter(request)).toJson())
                .map(done -> Optional.empty());
    }

    private static long letter(ValidatedRequest request) {
        return declared(request.getPathParameters(), "id").getLong();
    }

    private Future<Optional<JsonObject>> ask(String address, JsonObject body) {
        return bus.<JsonObject>request(address, body, patience).map(reply -> Optional.of(reply.body()));
    }

    private static String path(ValidatedRequest request, String name) {
        return declared(request.getPathParameters(), name).getString();
    }

    private static String query(ValidatedRequest request, String name) {
        return declared(request.getQuery(), name).getString("");
    }

    private static long afterNumber(ValidatedRequest request) {
        return declared(request.getQuery(), "after").getLong(0L);
    }

    private static int limit(ValidatedRequest request) {
        return declared(request.getQuery(), "limit").getInteger(PAGE);
    }

    /** The validator has a value, at least an empty one, for each that the description declares. */
    private static RequestParameter declared(Map<String, RequestParameter> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
