package dev.closeout.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code webhook}: the owed handler that posts to a web server.
 *
 * @param url where to; none: there is no webhook
 * @param secret what posts are signed with, known to the receiver too
 * @param timeout how long one post may take, from the connection to the end of the answer
 * @param events which events are posted
 */
public record WebhookSection(@Nullable String url, @Nullable String secret, Duration timeout, List<String> events) {
    private static final int SHORTEST_SECRET = 16;
    private static final Set<String> EVENTS = Set.of("client.gone", "connection.closed");

    public WebhookSection {
        Check.that(
                url == null || isAddress(url),
                "webhook.url",
                "not usable",
                "an http or https address without a user in it, like https://example.net/closeout");
        Check.that(
                url == null || secret != null,
                "webhook.secret",
                "empty",
                "set when webhook.url is: by it the receiver knows that a post is yours");
        Check.that(
                secret == null || secret.strip().length() >= SHORTEST_SECRET,
                "webhook.secret",
                "too short",
                "at least %d characters".formatted(SHORTEST_SECRET));
        Check.between("webhook.timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        for (var i = 0; i < events.size(); i++) {
            Check.that(
                    EVENTS.contains(events.get(i)),
                    "webhook.events[%d]".formatted(i),
                    '"' + events.get(i) + '"',
                    "client.gone or connection.closed");
        }
        Check.that(
                new HashSet<>(events).size() == events.size(), "webhook.events", events, "a list that names each once");
        events = List.copyOf(events);
    }

    /** Whether the event is posted. */
    public boolean posts(String event) {
        return url != null && events.contains(event);
    }

    /** Without the secret, and without what an address may carry in its query. */
    @Override
    public String toString() {
        return "Webhook[%s, events=%s]".formatted(url == null ? "none" : "set", events);
    }

    private static boolean isAddress(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
