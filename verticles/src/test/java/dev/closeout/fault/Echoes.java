package dev.closeout.fault;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one connection that came back: each at most once, to nobody else. What it says is {@code one|all
 * NUMBER}; what it hears is that, its client and the connection that said it. Used on the clients' event loop; how many
 * came, and what was wrong, is read by anyone.
 */
final class Echoes {
    private final String client;
    private final Set<String> heard = new HashSet<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable String wrong;

    Echoes(String client) {
        this.client = client;
    }

    /**
     * Takes what came.
     *
     * @param own the connection that it came to
     */
    void heard(String text, @Nullable String own) {
        var words = text.split(" ", -1);
        if (words.length != 4 || !words[2].equals(client)) {
            wrong = "heard '%s', which is not its own".formatted(text);
        } else if (words[0].equals(EchoWitness.TO_ONE) && !words[3].equals(own)) {
            wrong = "heard '%s', which another connection said".formatted(text);
        } else if (!heard.add(text)) {
            wrong = "heard '%s' twice".formatted(text);
        } else {
            count.incrementAndGet();
        }
    }

    int count() {
        return count.get();
    }

    /** Null when nothing was. */
    @Nullable String wrong() {
        return wrong;
    }
}
