package dev.closeout.vertx;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.impl.SchemaRepositoryImpl;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.OpenAPIVersion;
import io.vertx.openapi.contract.impl.OpenAPIContractImpl;
import io.vertx.openapi.impl.OpenAPIFormatValidator;
import java.util.List;
import java.util.stream.Stream;

/** What {@link OpenAPIContract#from} makes a contract of OpenAPI 3.1 from. Safe on any thread. */
public final class Contracts {
    private Contracts() {}

    /** The addresses of the schemas that a description refers to. */
    public static List<String> schemas() {
        return Stream.concat(
                        SchemaRepositoryImpl.DRAFT_202012_META_FILES.stream(),
                        OpenAPIVersion.V3_1.schemaFiles().stream())
                .toList();
    }

    /** It knows the formats of OpenAPI, and no schema yet. */
    public static SchemaRepository repository(JsonSchemaOptions options) {
        return SchemaRepository.create(options, new OpenAPIFormatValidator());
    }

    /**
     * Makes the contract.
     *
     * @param description valid, and resolved
     * @param schemas among which it is
     */
    public static OpenAPIContract of(JsonObject description, SchemaRepository schemas) {
        return new OpenAPIContractImpl(description, OpenAPIVersion.V3_1, schemas);
    }
}
