package dev.closeout.api;

import dev.closeout.failure.Failure;
import dev.closeout.http.PercentEncoding;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, for the validator. Its own reading would take "+" in a path for a space, a client named {@code
 * true} or {@code 1.5} for no text, and bytes that are no UTF-8 for others.
 */
record RawRequest(
        Map<String, RequestParameter> getPathParameters,
        Map<String, RequestParameter> getQuery,
        RequestParameter getBody)
        implements ValidatableRequest {
    /** Unknown query parameters that an answer names, at most, and characters of each. */
    private static final int NAMED = 5;

    private static final int LONGEST_NAME = 50;

    /** @throws io.vertx.core.eventbus.ReplyException with {@code BAD_MESSAGE} when the address cannot be read */
    static RawRequest of(HttpServerRequest request, Operation operation, @Nullable Buffer body) {
        try {
            return new RawRequest(path(request.path(), operation), query(request.query(), operation), () -> body);
        } catch (IllegalArgumentException e) {
            throw Failure.BAD_MESSAGE.because(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Map<String, RequestParameter> getCookies() {
        return Map.of();
    }

    @Override
    public Map<String, RequestParameter> getHeaders() {
        return Map.of();
    }

    /** Any other was refused before. */
    @Override
    public String getContentType() {
        return "application/json";
    }

    private static Map<String, RequestParameter> path(String path, Operation operation) {
        var template = operation.getAbsoluteOpenAPIPath().split("/", -1);
        var segments = path.split("/", -1);
        var values = new HashMap<String, RequestParameter>();
        for (var parameter : operation.getParameters()) {
            for (var i = 0; i < template.length; i++) {
                if (template[i].equals("{" + parameter.getName() + "}")) {
                    values.put(parameter.getName(), value(parameter, PercentEncoding.decodeText(segments[i])));
                }
            }
        }
        return values;
    }

    private static Map<String, RequestParameter> query(@Nullable String query, Operation operation) {
        var given = new HashMap<String, String>();
        for (var pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
            var equals = pair.indexOf('=');
            var name = formDecoded(equals < 0 ? pair : pair.substring(0, equals));
            if (given.put(name, equals < 0 ? "" : formDecoded(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("a query parameter is given twice");
            }
        }
        var values = new HashMap<String, RequestParameter>();
        for (var parameter : operation.getParameters()) {
            var text = parameter.getIn() == Location.QUERY ? given.remove(parameter.getName()) : null;
            if (text != null) {
                values.put(parameter.getName(), value(parameter, text));
            }
        }
        if (!given.isEmpty()) {
            // A filter that is misspelt would find everything.
            throw new IllegalArgumentException("the call has no query parameter "
                    + given.keySet().stream()
                            .sorted()
                            .limit(NAMED)
                            .map(RawRequest::quoted)
                            .collect(Collectors.joining(", ")));
        }
        return values;
    }

    private static String quoted(String name) {
        return '"' + (name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...") + '"';
    }

    private static String formDecoded(String text) {
        return PercentEncoding.decodeText(text.replace('+', ' '));
    }

    /** The validator reads each value as JSON: text goes in quotes, so that it stays what it is. */
    private static RequestParameter value(Parameter parameter, String text) {
        var json = parameter.getSchemaType() == SchemaType.STRING ? Json.encode(text) : text;
        return () -> json;
    }
}
