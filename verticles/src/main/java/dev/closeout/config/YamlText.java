package dev.closeout.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * One YAML document, each scalar as the text that is written there, and the line of each key.
 *
 * <p>Jackson's own tree would make numbers of what looks like one: a token {@code 007} would become {@code 7} and
 * {@code 1e5} {@code 100000.0}, and nobody who presents what is written would be let in.
 */
final class YamlText {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final String source;
    private final Map<String, Integer> lines = new HashMap<>();
    private final JsonNode tree;

    private YamlText(YAMLParser parser, String source) throws IOException {
        this.parser = parser;
        this.source = source;
        tree = parser.nextToken() == null ? MissingNode.getInstance() : node("");
        if (parser.nextToken() != null) {
            throw refused("a second document begins here; only one is read");
        }
    }

    /** @throws ConfigurationException with the place; the text itself, which may hold a secret, is not shown */
    static YamlText read(String text, String source) {
        try (var parser = YAML.createParser(text)) {
            return new YamlText(parser, source);
        } catch (JsonProcessingException e) {
            throw notYaml(e, source);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot fail to be read", e);
        }
    }

    JsonNode tree() {
        return tree;
    }

    /** Where a key such as {@code tcp.port} stands. */
    String placeOf(String key) {
        return source + ", line " + lines.get(key);
    }

    private JsonNode node(String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_NULL -> JsonNodeFactory.instance.nullNode();
            default -> scalar();
        };
    }

    private JsonNode object(String path) throws IOException {
        var object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var key = path.isEmpty() ? name : path + "." + name;
            if (object.has(name)) {
                throw refused(key + " stands here a second time; keep one");
            }
            lines.put(key, line());
            parser.nextToken();
            object.set(name, node(key));
        }
        return object;
    }

    private JsonNode array(String path) throws IOException {
        var array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(node(path + "[]"));
        }
        return array;
    }

    private JsonNode scalar() throws IOException {
        // The parser gives an alias as the text of its name: a token *x would silently be x.
        if (parser.isCurrentAlias()) {
            throw refused("aliases are not understood; write the value itself, in quotes if it begins with *");
        }
        return JsonNodeFactory.instance.textNode(parser.getText());
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private ConfigurationException refused(String sentence) {
        return new ConfigurationException("%s, line %d: %s".formatted(source, line(), sentence));
    }

    private static ConfigurationException notYaml(JsonProcessingException e, String source) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            var place = marked.getProblemMark();
            return new ConfigurationException("%s, line %d, column %d: this is not YAML: %s%s"
                    .formatted(source, place.getLine() + 1, place.getColumn() + 1, problem(marked), beginning(marked)));
        }
        var place = e.getLocation();
        return new ConfigurationException("%s, line %d, column %d: this is not YAML; it must be like %s"
                .formatted(source, place.getLineNr(), place.getColumnNr(), "cluster-config/node.yaml"));
    }

    /**
     * What SnakeYAML says, without the one secret that it may quote, a token that begins with an exclamation mark, and
     * without its advice on indentation where the character is not a tab.
     */
    private static String problem(MarkedYAMLException marked) {
        return marked.getProblem()
                .replaceFirst("(?s)(undefined tag handle).*", "$1")
                .replaceFirst("\\. \\(Do not use [^\\\\].*", "; put it in quotes");
    }

    /** What was never closed often began far above the place where that shows. */
    private static String beginning(MarkedYAMLException marked) {
        return marked.getContext() == null || marked.getContextMark() == null
                ? ""
                : " (%s that begins in line %d)"
                        .formatted(marked.getContext(), marked.getContextMark().getLine() + 1);
    }
}
