package dev.closeout.bridge;

import dev.closeout.config.BridgeSection;
import dev.closeout.failure.Failure;
import dev.closeout.token.AccessToken;
import java.util.Set;

/** What clients of the bridge may do. Safe on any thread. */
final class Rules {
    private final AccessToken token;
    private final Set<String> inbound;
    private final Set<String> outbound;

    Rules(BridgeSection config) {
        if (config.token() == null) {
            // Without one, whatever is shown would do.
            throw new IllegalArgumentException("a bridge needs a token");
        }
        token = new AccessToken(config.token());
        inbound = Set.copyOf(config.inbound());
        outbound = Set.copyOf(config.outbound());
    }

    /** Whether the frame shows the token. */
    boolean admits(Frame frame) {
        return token.admits(frame.token());
    }

    /**
     * Checks what an admitted client wants.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@code NOT_ALLOWED} or {@code BAD_MESSAGE}
     */
    void check(Frame frame) {
        switch (frame.type()) {
            case PING -> {}
            // Whoever could publish could say that a client has gone.
            case PUBLISH -> throw Failure.NOT_ALLOWED.because("clients of the bridge do not publish");
            case SEND -> {
                offered(inbound, frame, "takes no requests from the bridge");
                if (frame.body() == null) {
                    throw Failure.BAD_MESSAGE.because("the body must be a JSON object");
                }
            }
            case REGISTER, UNREGISTER -> offered(outbound, frame, "is not listened to over the bridge");
        }
    }

    private static void offered(Set<String> addresses, Frame frame, String otherwise) {
        if (!addresses.contains(frame.address())) {
            throw Failure.NOT_ALLOWED.because("this address " + otherwise);
        }
    }
}
