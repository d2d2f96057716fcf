package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.closeout.example.Snippets.Snippet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The examples that the pages show. */
final class Pages {
    private static final Path ROOT = Path.of("..");
    private static final List<String> PAGES = List.of(
            "README.md", "CONTRIBUTING.md", "shared/README.md", "verticles/README.md", "cluster-config/README.md");

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private Pages() {}

    /** All in one language. */
    static List<Snippet> examples(String language) throws IOException {
        var examples = new ArrayList<Snippet>();
        for (var page : PAGES) {
            var text = Files.readString(ROOT.resolve(page));
            BLOCK.matcher(text)
                    .results()
                    .filter(found -> found.group(1).equals(language))
                    .forEach(found -> examples.add(new Snippet(
                            page,
                            1 + (int) text.substring(0, found.start(2)).lines().count(),
                            found.group(2))));
        }
        assertFalse(examples.isEmpty(), language);
        return examples;
    }

    /** The only one that has some words in it. */
    static String example(String language, String words) throws IOException {
        var found = examples(language).stream()
                .map(Snippet::text)
                .filter(text -> text.contains(words))
                .toList();
        assertEquals(1, found.size(), words);
        return found.get(0);
    }
}
