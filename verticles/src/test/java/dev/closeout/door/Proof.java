package dev.closeout.door;

import dev.closeout.fixture.Issuer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By what a client shows that it may come in. */
enum Proof {
    NONE,
    WORD,
    TOKEN;

    private static final String WORD_OF_ALL = "open-sesame";

    /** What a node is told, as names and values. */
    List<String> settings(Issuer issuer) {
        return switch (this) {
            case NONE -> List.of();
            case WORD -> List.of("SOCKETS_TOKEN", WORD_OF_ALL);
            case TOKEN -> List.of(issuer.settings());
        };
    }

    /** What alice shows; null: nothing. */
    @Nullable String shown(Issuer issuer) {
        return switch (this) {
            case NONE -> null;
            case WORD -> WORD_OF_ALL;
            case TOKEN -> issuer.token("alice");
        };
    }
}
