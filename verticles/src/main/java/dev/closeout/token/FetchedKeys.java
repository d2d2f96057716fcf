package dev.closeout.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import dev.closeout.config.JwtSection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a JWKS address. The library decides when they are fetched: its source caches, fetches ahead of time, limits how
 * often and outlives outages. It blocks, so one thread of its own asks it; whoever checks a token takes what that thread has
 * found last, and waits for it only when the token's key is not among it.
 */
final class FetchedKeys implements SigningKeys {
    private static final Logger log = LoggerFactory.getLogger(FetchedKeys.class);

    /** Tokens that may wait for a fetch. */
    private static final int WAITING = 1_000;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    /** Ten of them pass until keys are old. */
    private static final int PAUSES = 10;

    private static final JWKSelector ALL = new JWKSelector(new JWKMatcher.Builder().build());

    private final Vertx vertx;
    private final Duration look;
    private final WorkerExecutor thread;
    private final JWKSource<SecurityContext> source;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean looking = new AtomicBoolean();
    /** How long those that were fetched count. */
    private final long keptNanos;

    private volatile List<JWK> known = List.of();
    private volatile long fetchedAt;
    private volatile boolean away;
    private long timer = -1;

    FetchedKeys(Vertx vertx, JwtSection config, MeterRegistry registry) {
        this.vertx = vertx;
        var refresh = config.jwksRefresh();
        var pause = shorter(refresh.dividedBy(PAUSES), LONGEST_PAUSE);
        this.look = shorter(refresh.dividedBy(PAUSES), LONGEST_LOOK);
        this.keptNanos = refresh.plus(config.jwksOutage()).toNanos();
        this.thread = vertx.createSharedWorkerExecutor("closeout-jwks", 1);
        this.source = JWKSourceBuilder.<SecurityContext>create(
                        new JwksEndpoint(Objects.requireNonNull(config.jwksUrl()), new Fetches(registry)))
                .retrying(false)
                .outageTolerant(Math.max(1, config.jwksOutage().toMillis()))
                .rateLimited(pause.toMillis())
                .cache(refresh.toMillis(), refresh.toMillis() / 2)
                .refreshAheadCache(pause.toMillis(), false)
                .build();
        Gauge.builder("closeout.jwks.keys", this, keys -> keys.known().size()).register(registry);
    }

    @Override
    public List<JWK> known() {
        // Whatever the source holds, and whoever uses up how often it may fetch.
        return System.nanoTime() - fetchedAt < keptNanos ? known : List.of();
    }

    @Override
    public Future<Void> lookFor(JWSHeader header) {
        if (waiting.incrementAndGet() > WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new TokenException(TokenFault.BUSY));
        }
        return thread.<Void>executeBlocking(
                        () -> {
                            take(new JWKSelector(JWKMatcher.forJWSHeader(header)));
                            return null;
                        },
                        false)
                .onComplete(done -> waiting.decrementAndGet());
    }

    @Override
    public Future<Void> start() {
        timer = vertx.setPeriodic(look.toMillis(), tick -> look());
        look();
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> stop() {
        vertx.cancelTimer(timer);
        return vertx.executeBlocking(() -> {
            ((JWKSetBasedJWKSource<SecurityContext>) source).close();
            return null;
        });
    }

    /** Now and then, so that keys that are taken back are forgotten, and new ones there before they are needed. */
    @SuppressWarnings("FutureReturnValueIgnored") // What fails is tried again, and was told.
    private void look() {
        if (looking.compareAndSet(false, true)) {
            thread.executeBlocking(
                            () -> {
                                take(ALL);
                                return null;
                            },
                            false)
                    .onComplete(done -> looking.set(false));
        }
    }

    /** Has the source look for a key, which may fetch, and takes all that it has then. */
    private void take(JWKSelector wanted) {
        try {
            var found = source.get(wanted, null);
            known = List.copyOf(source.get(ALL, null));
            if (found.isEmpty() && away) {
                throw new TokenException(TokenFault.KEYS_AWAY);
            }
        } catch (KeySourceException e) {
            // Away, or asked too often. Those that are known stay: this says nothing about them.
            throw new TokenException(TokenFault.KEYS_AWAY);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** One line for each change, and a count of all. */
    private final class Fetches implements JwksEndpoint.Listener {
        private final Counter good;
        private final Counter bad;

        private Fetches(MeterRegistry registry) {
            good = registry.counter("closeout.jwks.fetches", "outcome", "fetched");
            bad = registry.counter("closeout.jwks.fetches", "outcome", "failed");
        }

        @Override
        public void fetched(int keys) {
            good.increment();
            fetchedAt = System.nanoTime();
            if (away) {
                away = false;
                log.info("The keys that tokens are checked with are fetched again: {}", keys);
            }
        }

        @Override
        public void failed(String why) {
            bad.increment();
            if (!away) {
                away = true;
                log.warn(
                        "The keys that tokens are checked with cannot be fetched ({}). Those that are known count for"
                                + " auth.jwt.jwks-outage; without any, tokens are told to try again later",
                        why);
            }
        }
    }
}
