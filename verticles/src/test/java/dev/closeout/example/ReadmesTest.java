package dev.closeout.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a stranger reads first: short, and no link of it leads nowhere. */
class ReadmesTest {
    private static final Path ROOT = Path.of("..");
    private static final List<Path> ALL = List.of(
            ROOT.resolve("README.md"),
            ROOT.resolve("CONTRIBUTING.md"),
            ROOT.resolve("shared/README.md"),
            ROOT.resolve("verticles/README.md"),
            ROOT.resolve("cluster-config/README.md"));

    private static final Pattern FENCED = Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\(([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        var dead = new ArrayList<String>();
        for (var page : ALL) {
            for (var link : LINK.matcher(text(page)).results().toList()) {
                if (!link.group(1).contains("://") && isDead(page, link)) {
                    dead.add(page + ": " + link.group());
                }
            }
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void theFirstPageIsShort() throws IOException {
        var lines = Files.readAllLines(ALL.get(0)).size();
        assertTrue(lines <= 200, () -> "README.md has %d lines".formatted(lines));
    }

    private static boolean isDead(Path page, MatchResult link) throws IOException {
        var target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        var anchor = link.group(2);
        return !Files.exists(target) || (anchor != null && !anchors(target).contains(anchor));
    }

    /** As they are made of headings: small letters, no punctuation, dashes for spaces. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(text(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String text(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page)).replaceAll("");
    }
}
