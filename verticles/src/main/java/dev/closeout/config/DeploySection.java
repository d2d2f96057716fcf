package dev.closeout.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Section {@code deploy}: the operator's own verticles.
 *
 * @param verticles each a class name, and behind it {@code instances=<n>} and {@code threading=event-loop|worker} as needed
 * @param onFailure what a verticle does to the node that does not start
 */
public record DeploySection(List<String> verticles, OnFailure onFailure) {
    private static final String FORM = "like com.example.Gateway instances=2 threading=worker";
    private static final Pattern CLASS_NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*");

    /** What becomes of the node when one of its verticles does not start. */
    public enum OnFailure {
        /** It stops. */
        STOP,
        /** It runs on, and tries the verticle again with growing waits. */
        RETRY
    }

    /**
     * One verticle.
     *
     * @param className found on the class path
     * @param instances 1 to 256
     * @param worker whether its handlers may block
     */
    public record OwnVerticle(String className, int instances, boolean worker) {}

    public DeploySection {
        verticles = List.copyOf(verticles);
        parse(verticles);
    }

    /** The verticles, in the order of the configuration. */
    public List<OwnVerticle> parsed() {
        return parse(verticles);
    }

    private static List<OwnVerticle> parse(List<String> texts) {
        var parsed = new ArrayList<OwnVerticle>();
        for (var i = 0; i < texts.size(); i++) {
            parsed.add(parse("deploy.verticles[%d]".formatted(i), texts.get(i)));
        }
        return parsed;
    }

    private static OwnVerticle parse(String key, String text) {
        var words = text.strip().split("\\s+", -1);
        Check.that(CLASS_NAME.matcher(words[0]).matches(), key, "'" + text + "'", FORM);
        var instances = 1;
        var worker = false;
        for (var i = 1; i < words.length; i++) {
            switch (words[i]) {
                case "threading=worker" -> worker = true;
                case "threading=event-loop" -> worker = false;
                default -> {
                    Check.that(words[i].matches("instances=\\d{1,3}"), key, "'" + text + "'", FORM);
                    instances = Integer.parseInt(words[i].substring("instances=".length()));
                    Check.between(key + ", instances", instances, 1, 256, "");
                }
            }
        }
        return new OwnVerticle(words[0], instances, worker);
    }
}
