package dev.closeout.bridge;

import dev.closeout.config.BridgeSection;
import dev.closeout.failure.Failure;
import dev.closeout.message.request.CountClients;
import dev.closeout.message.request.CountCluster;
import dev.closeout.message.request.DropDeadLetter;
import dev.closeout.message.request.KickClient;
import dev.closeout.message.request.KickConnection;
import dev.closeout.message.request.ListClients;
import dev.closeout.message.request.ListConnections;
import dev.closeout.message.request.ListDeadLetters;
import dev.closeout.message.request.ListGroup;
import dev.closeout.message.request.ListNodes;
import dev.closeout.message.request.ListOwed;
import dev.closeout.message.request.LocateClient;
import dev.closeout.message.request.LocateConnection;
import dev.closeout.message.request.ResendDeadLetter;
import dev.closeout.message.request.ResendDeadLetters;
import dev.closeout.token.JwtTokens;
import dev.closeout.token.Pass;
import dev.closeout.token.Scope;
import dev.closeout.token.Tokens;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients of the bridge may do. Safe on any thread. */
final class Rules {
    /** What a token has to allow for a request. Any other, to verticles of the operator's own too, is {@link Scope#SEND}. */
    private static final Map<String, Scope> SCOPES = Map.ofEntries(
            Map.entry(LocateClient.ADDRESS, Scope.READ),
            Map.entry(ListClients.ADDRESS, Scope.READ),
            Map.entry(CountClients.ADDRESS, Scope.READ),
            Map.entry(LocateConnection.ADDRESS, Scope.READ),
            Map.entry(ListConnections.ADDRESS, Scope.READ),
            Map.entry(CountCluster.ADDRESS, Scope.READ),
            Map.entry(ListNodes.ADDRESS, Scope.READ),
            Map.entry(ListGroup.ADDRESS, Scope.READ),
            Map.entry(ListOwed.ADDRESS, Scope.READ),
            Map.entry(KickClient.ADDRESS, Scope.KICK),
            Map.entry(KickConnection.ADDRESS, Scope.KICK),
            Map.entry(ListDeadLetters.ADDRESS, Scope.DEADLETTERS),
            Map.entry(ResendDeadLetter.ADDRESS, Scope.DEADLETTERS),
            Map.entry(ResendDeadLetters.ADDRESS, Scope.DEADLETTERS),
            Map.entry(DropDeadLetter.ADDRESS, Scope.DEADLETTERS));

    private final Tokens tokens;
    private final Set<String> inbound;
    private final Set<String> outbound;

    /** @param signed null: no signed tokens are taken */
    Rules(BridgeSection config, @Nullable JwtTokens signed) {
        if (config.token() == null && signed == null) {
            // Without one, whatever is shown would do.
            throw new IllegalArgumentException("a bridge needs a token");
        }
        tokens = Tokens.of(config.token(), signed);
        inbound = Set.copyOf(config.inbound());
        outbound = Set.copyOf(config.outbound());
    }

    /** What frames may show. */
    Tokens tokens() {
        return tokens;
    }

    /**
     * Checks what an admitted client wants.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@code NOT_ALLOWED} or {@code BAD_MESSAGE}
     */
    void check(Frame frame, Pass pass) {
        switch (frame.type()) {
            case PING -> {}
            // Whoever could publish could say that a client has gone.
            case PUBLISH -> throw Failure.NOT_ALLOWED.because("clients of the bridge do not publish");
            case SEND -> {
                offered(inbound, frame, "takes no requests from the bridge");
                allowed(pass, SCOPES.getOrDefault(frame.address(), Scope.SEND));
                if (frame.body() == null) {
                    throw Failure.BAD_MESSAGE.because("the body must be a JSON object");
                }
            }
            case REGISTER, UNREGISTER -> {
                offered(outbound, frame, "is not listened to over the bridge");
                allowed(pass, Scope.READ);
            }
        }
    }

    private static void allowed(Pass pass, Scope needed) {
        if (!pass.scopes().contains(needed)) {
            throw Failure.NOT_ALLOWED.because("the token does not have the scope " + needed.text());
        }
    }

    private static void offered(Set<String> addresses, Frame frame, String otherwise) {
        if (!addresses.contains(frame.address())) {
            throw Failure.NOT_ALLOWED.because("this address " + otherwise);
        }
    }
}
