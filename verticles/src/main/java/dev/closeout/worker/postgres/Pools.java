package dev.closeout.worker.postgres;

import dev.closeout.config.DatabaseSection;
import dev.closeout.config.SslMode;
import dev.closeout.failure.Failure;
import dev.closeout.vertx.FreeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Builds pools of connections, and probes servers. Safe on any thread. */
final class Pools {
    /** Calls that may wait for a free connection, for each connection: more are refused at once. */
    private static final int WAITING_PER_CONNECTION = 64;

    /** From half of it up to all of it: nodes that started together do not renew their connections together. */
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    /** A standby takes no writes, nor does a server that was told so. */
    private static final String TAKES_WRITES =
            "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean";

    private final Vertx vertx;
    private final FreeContext home;
    private final DatabaseAddress address;
    private final DatabaseSection config;
    private final TlsOffer offer;

    Pools(Vertx vertx, DatabaseAddress address, DatabaseSection config) {
        this.vertx = vertx;
        this.home = new FreeContext(vertx);
        this.address = address;
        this.config = config;
        var client = home.make(() -> vertx.createNetClient(transport()));
        this.offer = new TlsOffer(vertx, client, config.connectTimeout());
    }

    /** How long a call may wait for a connection. */
    Duration patience() {
        return config.connectTimeout();
    }

    /** A pool of connections to the server that took writes last. */
    Pool build(int size) {
        return build(size, () -> prepared(address.current(), "closeout"));
    }

    /**
     * Looks for the server that takes writes, over a connection of its own: a pool may be full of others that wait.
     *
     * @return fails when none does within the connect timeout each
     */
    Future<Void> probe() {
        Future<Void> found = Future.failedFuture("no server");
        for (var server : address.servers()) {
            found = found.recover(none -> probe(server).onSuccess(writes -> address.found(server)));
        }
        return found;
    }

    private Future<Void> probe(PgConnectOptions server) {
        var pool = build(1, () -> prepared(server, "closeout probe"));
        var promise = Promise.<Void>promise();
        var timer = vertx.setTimer(
                config.connectTimeout().toMillis(),
                late -> promise.tryFail(Failure.DATABASE_AWAY.because("%s:%d did not answer within %d ms"
                        .formatted(
                                server.getHost(),
                                server.getPort(),
                                config.connectTimeout().toMillis()))));
        pool.withConnection(Pools::takesWrites).onComplete(done -> {
            if (done.failed()) {
                promise.tryFail(done.cause());
            } else if (done.result()) {
                promise.tryComplete();
            } else {
                promise.tryFail(Failure.DATABASE_AWAY.because(
                        "%s:%d takes no writes".formatted(server.getHost(), server.getPort())));
            }
        });
        return promise.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            pool.close();
        });
    }

    private static Future<Boolean> takesWrites(SqlConnection connection) {
        return connection.query(TAKES_WRITES).execute().map(rows -> rows.iterator()
                .next()
                .getBoolean(0));
    }

    private Pool build(int size, Supplier<Future<SqlConnectOptions>> server) {
        var lifetime = ThreadLocalRandom.current().nextLong(LIFETIME.toSeconds() / 2, LIFETIME.toSeconds() + 1);
        var builder = PgBuilder.pool()
                .using(vertx)
                .connectingTo(server)
                .with(transport())
                .with(new PoolOptions()
                        .setMaxSize(size)
                        .setMaxWaitQueueSize(size * WAITING_PER_CONNECTION)
                        // Whoever asks has a deadline of its own; the pool's trips over connects that fail after it.
                        .setConnectionTimeout(0)
                        .setMaxLifetime((int) lifetime)
                        .setMaxLifetimeUnit(TimeUnit.SECONDS));
        return home.make(builder::build);
    }

    /** Whether connections pass from one caller to the next after each transaction. */
    boolean isPooler() {
        return config.pooler();
    }

    /**
     * What begins a transaction: the protocol depends on READ COMMITTED, and a database's default may be another. The server gives up when the caller has: nothing runs on for nobody. A pooler hands a
     * connection to whoever comes next, so there the limits are each transaction's own.
     */
    String begin() {
        var timeout = config.queryTimeout().toMillis();
        return config.pooler()
                ? "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %d"
                        .formatted(timeout, config.lockTimeout().toMillis())
                : "BEGIN ISOLATION LEVEL READ COMMITTED";
    }

    private NetClientOptions transport() {
        return new NetClientOptions()
                .setTcpKeepAlive(true)
                .setTcpUserTimeout((int) config.queryTimeout().toMillis())
                .setConnectTimeout((int) config.connectTimeout().toMillis());
    }

    private Future<SqlConnectOptions> prepared(PgConnectOptions server, String name) {
        var options = options(server, name);
        return switch (address.sslMode()) {
            case DISABLE, ALLOW -> Future.succeededFuture(options);
            default ->
                offer.of(server.getHost(), server.getPort()).compose(tls -> {
                    if (tls) {
                        return Future.succeededFuture(options);
                    }
                    return address.sslMode() == SslMode.PREFER
                            ? Future.succeededFuture(options.setSslMode(io.vertx.pgclient.SslMode.DISABLE))
                            : Future.failedFuture(Failure.DATABASE_AWAY.because(
                                    "%s:%d does not speak TLS".formatted(server.getHost(), server.getPort())));
                });
        };
    }

    private PgConnectOptions options(PgConnectOptions server, String name) {
        var options = new PgConnectOptions(server).addProperty("application_name", name);
        if (config.pooler()) {
            return options.setUseLayer7Proxy(true).setCachePreparedStatements(false);
        }
        var timeout = String.valueOf(config.queryTimeout().toMillis());
        return options.setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(64)
                // A plan that was made while tables were empty would be kept until they are analysed, however large
                // they are by then. To plan each time costs 0.2 ms, 0.6 ms for a batch of 1,000.
                .addProperty("plan_cache_mode", "force_custom_plan")
                .addProperty("statement_timeout", timeout)
                .addProperty("lock_timeout", String.valueOf(config.lockTimeout().toMillis()))
                .addProperty("idle_in_transaction_session_timeout", timeout);
    }
}
