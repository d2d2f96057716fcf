package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.config.ConfigurationFile;
import dev.closeout.example.Snippets.Snippet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever copies an example from a page gets what the compiler, the configuration and the build know of. */
class ReadmeExamplesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern SETTING = Pattern.compile("(CLOSEOUT_[A-Z_]+)=(\\S+)");
    /** What a command names: a file, a jar of ours, a module, a profile or a test. */
    private static final Pattern NAMED =
            Pattern.compile("(?<!\\S)(\\./mvnw|--config |-jar |-cp |-pl |-P|-Dtest=)([\\w./:-]*)");

    /** Where an operator may have put it: an archive of classes wants a whole path. */
    private static final String INSTALLED = "/opt/closeout/closeout.jar";

    private static final Pattern JAR = Pattern.compile("(\\w+)/target/([\\w-]+)\\.jar");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void everyJavaExampleCompiles() throws IOException {
        assertEquals(List.of(), Snippets.complaints(Pages.examples("java"), folder));
    }

    @Test
    void oneThatDoesNotIsNamedWithItsPlaceAndTheCompilersWords() {
        assertEquals(List.of(), complaints(7, "say(client, \"hello\");\n"));
        assertBegins("page.md, line 8: cannot find symbol", complaints(7, "say(client, \"hello\");\nshout(client);\n"));
        assertBegins(
                "page.md, line 4: start() in ", complaints(3, "@Override\npublic int start() {\n    return 1;\n}\n"));
        assertBegins(
                "page.md, line 5: cannot find symbol", complaints(5, "import io.vertx.core.Nothing;\n\nclass A {}\n"));
    }

    @Test
    void everyConfigurationIsOne() throws IOException {
        for (var example : Pages.examples("yaml")) {
            var file = Files.writeString(folder.resolve("node.yaml"), example.text());
            assertDoesNotThrow(() -> ConfigurationFile.load(file, Map.of()), example::toString);
        }
    }

    @Test
    void everySettingOfACommandIsOne() throws IOException {
        var settings = new HashMap<String, String>();
        for (var example : Pages.examples("sh")) {
            // Secrets are left out there.
            SETTING.matcher(example.text())
                    .results()
                    .forEach(
                            found -> settings.put(found.group(1), found.group(2).replace("...", "0123456789abcdef")));
        }
        assertFalse(settings.isEmpty());
        assertDoesNotThrow(() -> ConfigurationFile.load(null, settings));
    }

    @Test
    void everyCommandNamesWhatIsThere() throws IOException {
        var named = 0;
        for (var example : Pages.examples("sh")) {
            for (var found : NAMED.matcher(example.text()).results().toList()) {
                assertTrue(isThere(found.group(1).strip(), found.group(2)), () -> found.group() + " of " + example);
                named++;
            }
        }
        assertTrue(named > 10, "the pages name " + named);
    }

    private List<String> complaints(int line, String text) {
        return Snippets.complaints(List.of(new Snippet("page.md", line, text)), folder);
    }

    private static void assertBegins(String expected, List<String> complaints) {
        assertTrue(complaints.get(0).startsWith(expected), complaints::toString);
    }

    private static boolean isThere(String option, String name) throws IOException {
        return switch (option) {
            case "./mvnw" -> Files.isExecutable(ROOT.resolve("mvnw"));
            case "--config", "-pl" -> Files.exists(ROOT.resolve(name));
            case "-jar" -> name.equals(INSTALLED) || isBuilt(name);
            // The others of a class path are the reader's.
            case "-cp" -> isBuilt(name.substring(0, name.indexOf(':')));
            case "-P" -> pom("verticles").contains("<id>%s</id>".formatted(name));
            case "-Dtest=" -> isTest(name);
            default -> false;
        };
    }

    private static boolean isBuilt(String jar) throws IOException {
        var built = JAR.matcher(jar);
        return built.matches() && pom(built.group(1)).contains("<finalName>%s</finalName>".formatted(built.group(2)));
    }

    private static String pom(String module) throws IOException {
        return Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    }

    private static boolean isTest(String name) throws IOException {
        try (var files = Files.walk(Path.of("src/test/java"))) {
            return files.anyMatch(file -> file.endsWith(name + ".java"));
        }
    }
}
