package dev.closeout.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads records from their JSON form: unknown fields are ignored, missing and ill-typed ones refused. No number is taken
 * for text, no text for a number, and none is rounded.
 */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .build();

    /** What is said of a field that is something else. */
    private static final Map<String, String> WANTED = Map.of(
            String.valueOf(String.class), "text",
            String.valueOf(long.class), "a whole number",
            String.valueOf(int.class), "a whole number");

    /** Characters of an explanation: it may quote what was sent, however long that is. */
    private static final int LIMIT = 200;

    private Json() {}

    /** The same JSON, with empty text for a field that it leaves out. */
    static JsonObject orEmpty(JsonObject json, String field) {
        return json.containsKey(field) ? json : json.copy().put(field, "");
    }

    /** The same JSON, with zero for a field that it leaves out. */
    static JsonObject orZero(JsonObject json, String field) {
        return json.containsKey(field) ? json : json.copy().put(field, 0);
    }

    /**
     * The record that the JSON stands for.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@link Failure#BAD_MESSAGE} when it stands for none
     */
    static <T> T read(JsonObject json, Class<T> type) {
        try {
            return MAPPER.readValue(json.encode(), type);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof ReplyException refused) {
                // The record's own check, in its own words.
                throw refused;
            }
            throw Failure.BAD_MESSAGE.because("not a %s: %s".formatted(type.getSimpleName(), why(e)));
        }
    }

    private static String why(JsonProcessingException e) {
        if (e instanceof MismatchedInputException mismatch
                && !mismatch.getPath().isEmpty()
                && WANTED.containsKey(String.valueOf(mismatch.getTargetType()))) {
            var field = mismatch.getPath().stream()
                    .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                    .collect(Collectors.joining("."));
            return "%s must be %s".formatted(field, WANTED.get(String.valueOf(mismatch.getTargetType())));
        }
        var text = String.valueOf(e.getOriginalMessage());
        return text.length() <= LIMIT ? text : text.substring(0, LIMIT) + "...";
    }
}
