package dev.closeout.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Reads records from their JSON form: unknown fields are ignored, missing and ill-typed ones refused. No number is taken
 * for text, no text for a number, and none is rounded.
 */
public final class Json {
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

    private Json() {}

    /** The same JSON, with empty text for a field that it leaves out. */
    public static JsonObject orEmpty(JsonObject json, String field) {
        return json.containsKey(field) ? json : json.copy().put(field, "");
    }

    /** The same JSON, with zero for a field that it leaves out. */
    public static JsonObject orZero(JsonObject json, String field) {
        return json.containsKey(field) ? json : json.copy().put(field, 0);
    }

    /**
     * The record that the JSON stands for.
     *
     * @throws io.vertx.core.eventbus.ReplyException with {@link Failure#BAD_MESSAGE} when it stands for none
     */
    public static <T> T read(JsonObject json, Class<T> type) {
        try {
            return MAPPER.readValue(json.encode(), type);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof ReplyException refused) {
                // The record's own check, in its own words.
                throw refused;
            }
            throw Failure.BAD_MESSAGE.because("not a %s%s".formatted(type.getSimpleName(), why(e, json, type)));
        } catch (EncodeException e) {
            throw Failure.BAD_MESSAGE.because("not a %s: it holds what is no JSON".formatted(type.getSimpleName()));
        }
    }

    /** In words of our own: the library's name its classes, and quote what was sent. */
    private static String why(JsonProcessingException e, JsonObject json, Class<?> type) {
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return "";
        }
        var field = new StringBuilder();
        Class<?> wanted = type;
        for (var part : mapping.getPath()) {
            var name = part.getFieldName();
            field.append(name == null ? "[" + part.getIndex() + "]" : field.isEmpty() ? name : "." + name);
            wanted = name == null ? String.class : component(wanted, name);
        }
        var first = mapping.getPath().get(0).getFieldName();
        return first != null && !json.containsKey(first)
                ? ": %s is missing; it must be %s".formatted(field, words(wanted))
                : ": %s must be %s".formatted(field, words(wanted));
    }

    private static Class<?> component(Class<?> type, String name) {
        if (type.isRecord()) {
            for (var component : type.getRecordComponents()) {
                if (component.getName().equals(name)) {
                    return component.getType();
                }
            }
        }
        return Object.class;
    }

    private static String words(Class<?> wanted) {
        if (wanted == String.class) {
            return "text";
        }
        if (wanted == long.class || wanted == int.class) {
            return "a whole number";
        }
        if (wanted == boolean.class) {
            return "true or false";
        }
        if (List.class.isAssignableFrom(wanted)) {
            return "a list";
        }
        return "an object as its address takes it";
    }
}
