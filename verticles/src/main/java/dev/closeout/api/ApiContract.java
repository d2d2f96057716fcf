package dev.closeout.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The description of the API: as it is served, and as requests are validated against. Immutable; safe on any thread.
 *
 * @param yaml as it stands in the project
 * @param json the same as JSON
 * @param contract the same as the validator's
 */
public record ApiContract(String yaml, String json, OpenAPIContract contract) {
    /** Where the API begins. */
    static final String BASE = "/api/v1";
    /** The media type of problems. */
    static final String PROBLEM = "application/problem+json";

    private static final String RESOURCE = "/closeout/openapi.yaml";
    /** Many times what it takes. */
    private static final long PATIENCE_SECONDS = 30;

    /** Reads the description and checks it, which takes about a second, on a worker thread. */
    public static Future<ApiContract> load(Vertx vertx) {
        return vertx.executeBlocking(ApiContract::read, false);
    }

    private static ApiContract read() throws Exception {
        var yaml = resource();
        var description = new JsonObject(
                new ObjectMapper(new YAMLFactory()).readTree(yaml).toString());
        return new ApiContract(yaml, description.encodePrettily(), contract(description));
    }

    /**
     * The validator reads the schemas of OpenAPI and JSON Schema from the class path by the file system of Vert.x. A
     * node has switched that off, so they are read with a Vert.x of their own, which lives only so long.
     */
    private static OpenAPIContract contract(JsonObject description) throws Exception {
        var reader = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
        try {
            return OpenAPIContract.from(reader, asTheValidatorTakesIt(description))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            reader.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** It knows no relative server and no media type of problems, both of which OpenAPI allows. */
    private static JsonObject asTheValidatorTakesIt(JsonObject description) {
        return new JsonObject(description.encode().replace(PROBLEM, "application/json"))
                .put("servers", new JsonArray().add(new JsonObject().put("url", "http://localhost" + BASE)));
    }

    private static String resource() throws IOException {
        try (var stream = ApiContract.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new FileNotFoundException(RESOURCE);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
