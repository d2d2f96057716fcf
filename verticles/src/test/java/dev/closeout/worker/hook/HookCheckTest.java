package dev.closeout.worker.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.HooksSection;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.TestConfig;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.worker.postgres.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator is told at the start, not by the first client that is not released. */
@ExtendWith(VertxExtension.class)
class HookCheckTest {
    @Test
    void aMissingPrivilegeIsFoundAndNothingIsRun(Vertx vertx) {
        var database = TestDatabase.create();
        database.run(
                "CREATE TABLE resource (client text)",
                "CREATE TABLE log (client text)",
                "CREATE FUNCTION write_log(client text) RETURNS text LANGUAGE sql AS 'INSERT INTO log VALUES ($1) RETURNING client'",
                "CREATE ROLE %s LOGIN".formatted(database.name()),
                "GRANT INSERT ON log TO " + database.name());
        var uri = database.uri().replace("postgres@", database.name() + "@");

        var told = told(vertx, uri, "DELETE FROM resource r USING gone g WHERE r.client = g.client");
        assertTrue(
                told.startsWith("hooks.gone[0] cannot be prepared: permission denied for table resource (42501)"),
                told);

        database.run("GRANT SELECT, DELETE ON resource TO " + database.name());
        assertEquals("", told(vertx, uri, "DELETE FROM resource r USING gone g WHERE r.client = g.client"));
        told(vertx, uri, "SELECT write_log(client) FROM gone");
        assertEquals(0, database.number("SELECT count(*) FROM log"));
    }

    @Test
    void aParameterIsRefusedWithItsPlace(Vertx vertx) {
        var told = told(vertx, TestDatabase.create().uri(), "SELECT 1 FROM gone WHERE client = $1");
        assertEquals(
                """
                hooks.gone[0] cannot be prepared: there is no parameter $1 (42P02). A hook has no parameters: it reads the columns of its relation
                    SELECT 1 FROM gone WHERE client = $1
                                                      ^
                """,
                told);
    }

    @Test
    void aDatabaseOfAnotherEncodingIsRefused(Vertx vertx) {
        var server = TestDatabase.create();
        var latin = server.name() + "_latin";
        server.run("CREATE DATABASE %s ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0".formatted(latin));
        var told = told(vertx, server.uri().replace(server.name(), latin), "SELECT 1 FROM gone");
        assertTrue(told.startsWith("database.uri: the database's encoding is LATIN1"), told);
    }

    /** The refusal; empty when there is none. */
    private static String told(Vertx vertx, String uri, String gone) {
        var postgres = new Postgres(vertx, uri, TestConfig.of("unused"), new SimpleMeterRegistry());
        var check = new HookCheckVerticle(postgres.work(), new HooksSection(List.of(), List.of(), List.of(gone)));
        return Eventually.done(
                vertx.deployVerticle(check, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                        .map("")
                        .otherwise(failure ->
                                failure instanceof ConfigurationException ? failure.getMessage() : failure.toString()));
    }
}
