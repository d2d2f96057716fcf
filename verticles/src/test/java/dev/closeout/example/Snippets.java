package dev.closeout.example;

import dev.closeout.connection.OwnConnections;
import dev.closeout.handler.MessageHandlers;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles parts of Java. A whole class is taken as it is, members are those of a verticle, and statements are the body of a
 * method of one, in the {@link Surroundings} that all of them may presume.
 */
final class Snippets {
    private static final Pattern WHOLE =
            Pattern.compile("\\A(package |import |((public|final|abstract) )*(class|record|interface|enum) )");
    private static final Pattern MEMBERS = Pattern.compile("\\A(@\\w+|(public|protected|private)\\b)");
    private static final Pattern RETURNS = Pattern.compile("^return ", Pattern.MULTILINE);

    /** What the pages do not import. On one line, so that lines are counted from the snippet's first. */
    private static final String IMPORTS = imports(
            "dev.closeout.connection.*",
            "dev.closeout.failure.*",
            "dev.closeout.handler.*",
            "dev.closeout.message.*",
            "dev.closeout.message.event.*",
            "dev.closeout.message.request.*",
            "io.vertx.core.*",
            "io.vertx.core.json.*",
            "io.vertx.core.net.*");

    private Snippets() {}

    /**
     * One of a page.
     *
     * @param line of the page, at which the text begins
     */
    record Snippet(String page, int line, String text) {}

    /** What an example may use without saying what it is: the reader's own. */
    @SuppressWarnings("NullAway.Init") // Nothing of it ever runs.
    abstract static class Surroundings extends VerticleBase {
        OwnConnections connections;
        NetSocket socket;
        String client;
        String token;
        MediaPorts.Switch telephony;

        abstract Future<Void> say(String client, String text);

        abstract Future<Void> forward(MessageHandlers.Received received);

        abstract void welcome(NetSocket socket);

        abstract void forget(String client);
    }

    /**
     * What the compiler has against them, each with its page and line.
     *
     * @param folder where classes may be written
     */
    static List<String> complaints(List<Snippet> snippets, Path folder) {
        var sources = new ArrayList<Source>();
        snippets.forEach(snippet -> sources.add(new Source("Snippet" + sources.size(), snippet)));
        var found = new DiagnosticCollector<JavaFileObject>();
        ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        found,
                        List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        sources)
                .call();
        return found.getDiagnostics().stream()
                .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
                .map(Snippets::told)
                .toList();
    }

    private static String told(Diagnostic<? extends JavaFileObject> error) {
        var message = error.getMessage(Locale.ENGLISH);
        return error.getSource() instanceof Source source
                ? "%s, line %d: %s"
                        .formatted(source.snippet.page(), source.snippet.line() + error.getLineNumber() - 1, message)
                : message;
    }

    private static String imports(String... packages) {
        return "import " + String.join("; import ", packages) + "; ";
    }

    /** Its line 1 is the snippet's. */
    private static final class Source extends SimpleJavaFileObject {
        private final Snippet snippet;
        private final String text;

        Source(String name, Snippet snippet) {
            super(URI.create("snippet:///" + name + ".java"), Kind.SOURCE);
            this.snippet = snippet;
            this.text = WHOLE.matcher(snippet.text()).find() ? snippet.text() : verticle(name, snippet.text());
        }

        private static String verticle(String name, String text) {
            var begin = "package %s; %sabstract class %s extends Snippets.Surroundings { "
                    .formatted(Snippets.class.getPackageName(), IMPORTS, name);
            if (MEMBERS.matcher(text).find()) {
                return begin + text + "}";
            }
            var type = RETURNS.matcher(text).find() ? "Future<?>" : "void";
            return begin + type + " example() throws Exception { " + text + "}}";
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** A whole class may have any name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return true;
        }
    }
}
