package dev.closeout.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.closeout.config.Settings.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the records out of the settings, each value by the type of its component. */
final class Binder {
    /** Never shown in a message. */
    private static final Set<String> SECRET =
            Set.of("sockets.token", "api.token", "database.uri", "webhook.url", "webhook.secret", "bridge.token");

    /** Seconds as people write them who do not know our form. */
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,9})\\s*(sec(ond)?s?)?");

    private final Settings settings;

    Binder(Settings settings) {
        this.settings = settings;
    }

    NodeConfig bind() {
        var sections = Arrays.stream(NodeConfig.class.getRecordComponents())
                .map(section -> section(Keys.kebab(section), section.getType()))
                .toArray();
        return (NodeConfig) make(NodeConfig.class, sections);
    }

    private Object section(String name, Class<?> type) {
        var values = Arrays.stream(type.getRecordComponents())
                .map(key -> value(Keys.name(name, key), key))
                .toArray();
        return make(type, values);
    }

    private @Nullable Object value(String key, RecordComponent component) {
        if (component.getType().isRecord()) {
            return section(key, component.getType());
        }
        var setting = settings.get(key);
        if (setting == null) {
            return null;
        }
        var type = component.getType();
        if (type == int.class || type == Integer.class) {
            return number(key, setting);
        } else if (type == boolean.class) {
            return choice(key, setting, List.of(true, false));
        } else if (type.isEnum()) {
            return choice(key, setting, List.of(type.getEnumConstants()));
        } else if (type == Duration.class) {
            return duration(key, setting);
        } else if (type == Set.class) {
            return roles(key, setting);
        } else if (type == List.class) {
            return texts(key, setting);
        }
        return text(key, setting);
    }

    private static String text(String key, Setting setting) {
        if (!setting.value().isValueNode()) {
            throw wrong(key, setting, "one value");
        }
        return setting.value().asText();
    }

    private static int number(String key, Setting setting) {
        var text = text(key, setting).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrong(key, setting, text.matches("\\d+") ? "at most " + Integer.MAX_VALUE : "a whole number");
        }
    }

    /** One of some values, written as in {@code end-oldest}. */
    private static Object choice(String key, Setting setting, List<?> values) {
        var text = text(key, setting).strip();
        for (var value : values) {
            if (text.equalsIgnoreCase(written(value))) {
                return value;
            }
        }
        throw wrong(key, setting, values.stream().map(Binder::written).collect(Collectors.joining(" or ")));
    }

    private static String written(Object value) {
        return value.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Duration duration(String key, Setting setting) {
        var text = text(key, setting).strip();
        try {
            return DurationText.read(text);
        } catch (IllegalArgumentException e) {
            var seconds = SECONDS.matcher(text);
            throw wrong(
                    key,
                    setting,
                    "a time with its unit, "
                            + (seconds.matches() ? "write " + seconds.group(1) + "s" : "such as 250ms, 10s, 5m or 1h"));
        }
    }

    private static List<String> texts(String key, Setting setting) {
        if (!setting.value().isArray()) {
            throw wrong(key, setting, "a list of texts, such as [\"...\", \"...\"]");
        }
        var texts = new ArrayList<String>();
        for (JsonNode element : setting.value()) {
            if (!element.isTextual()) {
                throw wrong(key, setting, "a list of texts");
            }
            texts.add(element.asText());
        }
        return texts;
    }

    private static Set<Role> roles(String key, Setting setting) {
        var names = setting.value().isArray()
                ? texts(key, setting)
                : List.of(text(key, setting).split(","));
        var roles = new LinkedHashSet<Role>();
        for (var name : names) {
            try {
                roles.add(Role.valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw wrong(key, setting, "sockets, workers or both");
            }
        }
        return roles;
    }

    private Object make(Class<?> type, Object[] values) {
        var types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigurationException wrong) {
                throw withSource(wrong);
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A record does not know where its values came from; its sentence gets the source in front. */
    private ConfigurationException withSource(ConfigurationException wrong) {
        // One statement of a hook, hooks.closed[0], has the source of its list.
        var key = wrong.key() == null ? null : wrong.key().replaceFirst("\\[\\d+]$", "");
        var setting = key == null ? null : settings.get(key);
        return setting == null
                ? wrong
                : new ConfigurationException(key, "%s: %s".formatted(setting.source(), wrong.getMessage()));
    }

    private static ConfigurationException wrong(String key, Setting setting, String wanted) {
        var shown = SECRET.contains(key) ? "not usable" : setting.value().toString();
        return new ConfigurationException(
                "%s: %s is %s; it must be %s".formatted(setting.source(), key, shown, wanted));
    }
}
