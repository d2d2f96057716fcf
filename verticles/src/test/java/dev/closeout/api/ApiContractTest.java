package dev.closeout.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchemaValidationException;
import io.vertx.openapi.contract.Operation;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The description of the API. */
class ApiContractTest {
    /** As a node has it. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));

    @AfterEach
    void stop() {
        Eventually.done(vertx.close());
    }

    @Test
    void describesWhatIsDoneAndNothingElse() {
        var contract = Eventually.done(ApiContract.load(vertx));
        var calls = new Calls(vertx.eventBus(), Duration.ofSeconds(1));

        assertEquals(
                calls.operations(),
                contract.contract().operations().stream()
                        .map(Operation::getOperationId)
                        .collect(Collectors.toSet()));
        // A token has to allow one thing for each.
        calls.operations().forEach(operation -> assertDoesNotThrow(() -> Calls.scope(operation)));
    }

    /** Otherwise a request could not be told from a wrong one. */
    @Test
    void aDescriptionIsHeldAgainstOpenApi() {
        var contract = Eventually.done(ApiContract.load(vertx));
        var broken = new JsonObject(contract.json());
        broken.getJsonObject("paths")
                .getJsonObject("/nodes")
                .getJsonObject("get")
                .put("responses", "none");

        assertThrows(JsonSchemaValidationException.class, () -> ApiContract.contract(broken));
    }

    @Test
    void isServedAsItStands() {
        var contract = Eventually.done(ApiContract.load(vertx));

        assertTrue(contract.yaml().startsWith("openapi: 3.1.0\n"));
        var json = new JsonObject(contract.json());
        assertEquals("/api/v1", json.getJsonArray("servers").getJsonObject(0).getString("url"));
        assertTrue(contract.json().contains("application/problem+json"));
        assertEquals(
                Eventually.done(ApiContract.load(vertx)).contract().operations().size(),
                json.getJsonObject("paths").stream()
                        .map(path -> (JsonObject) path.getValue())
                        .mapToInt(path -> (int) path.fieldNames().stream()
                                .filter(name -> !"parameters".equals(name))
                                .count())
                        .sum());
    }
}
