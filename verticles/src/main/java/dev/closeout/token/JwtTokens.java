package dev.closeout.token;

import com.nimbusds.jwt.SignedJWT;
import dev.closeout.config.JwtSection;
import dev.closeout.failure.LogThrottle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens that an identity provider has signed: JSON Web Tokens. Signatures are checked on threads of their own, as many as
 * there are processors: an EC signature costs an event loop as much as a hundred lines.
 */
public final class JwtTokens implements Tokens {
    private static final Logger log = LoggerFactory.getLogger(JwtTokens.class);

    /** Characters of a token. */
    static final int LONGEST = 16_384;

    /** Tokens that one node may have under check; one more is told to try again later. */
    private static final int UNDER_WAY = 10_000;

    /** Those that are not of tokens that were read here. */
    private static final Set<TokenFault> OTHERS = EnumSet.of(TokenFault.WORD, TokenFault.CLIENT);

    private static final LogThrottle ODD = new LogThrottle(Duration.ofSeconds(1));

    private final JwtRules rules;
    private final SigningKeys keys;
    private final WorkerExecutor threads;
    private final MeterRegistry registry;
    private final AtomicInteger underWay = new AtomicInteger();

    public JwtTokens(Vertx vertx, JwtSection config, MeterRegistry registry) {
        this.rules = new JwtRules(config);
        this.keys =
                config.keys() == null ? new FetchedKeys(vertx, config, registry) : new KeyFile(vertx, config.keys());
        this.threads = vertx.createSharedWorkerExecutor(
                "closeout-tokens", Runtime.getRuntime().availableProcessors());
        this.registry = registry;
        EnumSet.complementOf(EnumSet.copyOf(OTHERS))
                .forEach(fault -> registry.counter("closeout.tokens.refused", "reason", fault.label()));
    }

    /**
     * Completes when the keys are read, or being fetched: an address that does not answer holds up no start.
     *
     * @return fails with a {@link dev.closeout.config.ConfigurationException} when the file of the keys is none
     */
    public Future<Void> start() {
        return keys.start();
    }

    /** Fetches nothing more. */
    public Future<Void> stop() {
        return keys.stop();
    }

    @Override
    public boolean runOut() {
        return true;
    }

    @Override
    public Future<Pass> check(@Nullable String shown) {
        if (shown == null || shown.isEmpty()) {
            return refused(TokenFault.MISSING);
        }
        if (shown.length() > LONGEST) {
            return refused(TokenFault.TOO_LONG);
        }
        if (underWay.incrementAndGet() > UNDER_WAY) {
            underWay.decrementAndGet();
            return refused(TokenFault.BUSY);
        }
        return threads.executeBlocking(() -> read(shown), false)
                .compose(
                        read -> read.pass() == null ? lookForItsKey(read.token()) : Future.succeededFuture(read.pass()))
                .onComplete(done -> underWay.decrementAndGet())
                .recover(failure -> refused(fault(failure)));
    }

    /** @param pass null: its key is not known yet */
    private record Read(SignedJWT token, @Nullable Pass pass) {}

    private Read read(String shown) {
        var token = rules.read(shown);
        try {
            return new Read(token, check(token));
        } catch (TokenException e) {
            if (e.fault() == TokenFault.UNKNOWN_KEY) {
                return new Read(token, null);
            }
            throw e;
        }
    }

    private Pass check(SignedJWT token) {
        return rules.check(token, keys.known(), System.currentTimeMillis());
    }

    private Future<Pass> lookForItsKey(SignedJWT token) {
        return keys.lookFor(token.getHeader()).compose(looked -> threads.executeBlocking(() -> check(token), false));
    }

    private Future<Pass> refused(TokenFault fault) {
        registry.counter("closeout.tokens.refused", "reason", fault.label()).increment();
        return Future.failedFuture(new TokenException(fault));
    }

    /** What a library throws at odd input may quote it: its name alone is told. */
    private static TokenFault fault(Throwable failure) {
        if (failure instanceof TokenException known) {
            return known.fault();
        }
        ODD.pass()
                .ifPresent(others -> log.warn(
                        "A token made the library that reads it stumble ({}), and is refused; so did {} others since the"
                                + " last line",
                        failure.getClass().getName(),
                        others));
        return TokenFault.MALFORMED;
    }
}
