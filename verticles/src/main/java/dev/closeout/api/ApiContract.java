package dev.closeout.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.closeout.vertx.Contracts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

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

    private static final String RESOURCE = "closeout/openapi.yaml";
    private static final String SCHEMA_OF_OPENAPI = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";

    /** Reads the description and checks it, which takes part of a second, on a worker thread. */
    public static Future<ApiContract> load(Vertx vertx) {
        return vertx.executeBlocking(ApiContract::read, false);
    }

    private static ApiContract read() throws Exception {
        var yaml = resource(RESOURCE);
        var description = new JsonObject(
                new ObjectMapper(new YAMLFactory()).readTree(yaml).toString());
        return new ApiContract(yaml, description.encodePrettily(), contract(asTheValidatorTakesIt(description)));
    }

    /**
     * Does what {@link OpenAPIContract#from} does, which reads the schemas of OpenAPI and JSON Schema from the class path
     * by the file system of Vert.x: a node has switched that off, and it would need a folder to write to.
     */
    static OpenAPIContract contract(JsonObject description) throws Exception {
        var options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("app://")
                .setOutputFormat(OutputFormat.Basic);
        var schemas = Contracts.repository(options);
        for (var uri : Contracts.schemas()) {
            schemas.dereference(uri, JsonSchema.of(new JsonObject(resource(uri.substring("https://".length())))));
        }
        schemas.validator(SCHEMA_OF_OPENAPI).validate(description).checkValidity();
        schemas.dereference(JsonSchema.of(description));
        return Contracts.of(schemas.resolve(description), schemas);
    }

    /** It knows no relative server and no media type of problems, both of which OpenAPI allows. */
    private static JsonObject asTheValidatorTakesIt(JsonObject description) {
        return new JsonObject(description.encode().replace(PROBLEM, "application/json"))
                .put("servers", new JsonArray().add(new JsonObject().put("url", "http://localhost" + BASE)));
    }

    private static String resource(String path) throws IOException {
        try (var stream = ApiContract.class.getResourceAsStream("/" + path)) {
            if (stream == null) {
                throw new FileNotFoundException(path);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
