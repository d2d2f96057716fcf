package dev.closeout.message.cluster;

import java.util.List;

/**
 * Which connections of one lane are meant.
 *
 * @param numbers these, by their number within the incarnation
 * @param clients and all of these clients
 */
public record Addressees(List<Long> numbers, List<String> clients) {
    public Addressees {
        numbers = List.copyOf(numbers);
        clients = List.copyOf(clients);
    }

    public static Addressees connection(long number) {
        return new Addressees(List.of(number), List.of());
    }

    public static Addressees clients(List<String> clients) {
        return new Addressees(List.of(), clients);
    }
}
