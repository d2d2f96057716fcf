package dev.closeout.node;

import dev.closeout.config.NodeConfig;
import dev.closeout.token.JwtTokens;
import dev.closeout.token.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** What a node takes of those who come: signed tokens, when it is told whose, beside the words of its sections. */
final class TokenSide {
    private final @Nullable JwtTokens signed;

    TokenSide(Vertx vertx, NodeConfig config, MeterRegistry registry) {
        var jwt = config.auth().jwt();
        this.signed = jwt.enabled() ? new JwtTokens(vertx, jwt, registry) : null;
    }

    /** Null: none are taken. */
    @Nullable JwtTokens signed() {
        return signed;
    }

    /** Those, or a word. */
    Tokens or(@Nullable String word) {
        return Tokens.of(word, signed);
    }

    /** Fails with a {@link dev.closeout.config.ConfigurationException} when the keys can never be read. */
    Future<Void> start() {
        return signed == null ? Future.succeededFuture() : signed.start();
    }

    Future<Void> stop() {
        return signed == null ? Future.succeededFuture() : signed.stop();
    }
}
