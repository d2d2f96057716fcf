package dev.closeout.fault;

import dev.closeout.handler.OwedHandlers;
import dev.closeout.message.event.ClientGone;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * An owed handler on every node under fire: it writes each key that it is called with into the journal, over a session of
 * its own, and fails while that does not work. On a worker thread, which it blocks.
 */
public final class OwedWitness extends VerticleBase {
    static final String NAME = "witness";

    private @Nullable Connection session;

    @Override
    public Future<?> start() {
        return OwedHandlers.of(vertx).onClientGone(NAME, this::write).completion();
    }

    private Future<?> write(ClientGone gone) {
        try (var insert = session()
                .prepareStatement("INSERT INTO journal (event, client, generation) VALUES ('answered', ?, ?)")) {
            insert.setString(1, gone.client());
            insert.setLong(2, gone.generation());
            insert.execute();
            return Future.succeededFuture();
        } catch (SQLException e) {
            close();
            return Future.failedFuture(e);
        }
    }

    private Connection session() throws SQLException {
        var open = session;
        if (open == null) {
            var uri = URI.create(Objects.requireNonNull(System.getenv("CLOSEOUT_DATABASE_URI")));
            var properties = new Properties();
            properties.setProperty("user", uri.getUserInfo());
            properties.setProperty("connectTimeout", "2");
            properties.setProperty("socketTimeout", "2");
            open = DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()), properties);
            session = open;
        }
        return open;
    }

    private void close() {
        try {
            if (session != null) {
                session.close();
            }
        } catch (SQLException gone) {
            // There is another one for the next call.
        }
        session = null;
    }
}
