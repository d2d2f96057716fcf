package dev.closeout.token;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a token allows beside being a client: the words of its claim {@code scope} (RFC 8693, 4.2). */
public enum Scope {
    /** To ask who is there, and to hear what happens. */
    READ,
    /** To end connections. */
    KICK,
    /** To send messages to clients, and to say who is in which group. */
    SEND,
    /** To see, send again and drop dead letters. */
    DEADLETTERS;

    static final Set<Scope> ALL = Set.copyOf(EnumSet.allOf(Scope.class));

    /** As it stands in a token. */
    public String text() {
        return "closeout:" + name().toLowerCase(Locale.ROOT);
    }

    /** Those among some words; other words are somebody else's. */
    static Set<Scope> among(Set<String> words) {
        var found = EnumSet.noneOf(Scope.class);
        Arrays.stream(values()).filter(scope -> words.contains(scope.text())).forEach(found::add);
        return Set.copyOf(found);
    }
}
