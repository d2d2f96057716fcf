package dev.closeout.node;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In what other members differ from a node: their configuration, their names, or that they are no nodes. It tells of each
 * change once. Safe on any thread.
 */
final class MemberDifferences {
    private static final Logger log = LoggerFactory.getLogger(MemberDifferences.class);

    private volatile Set<String> keys = Set.of();
    private String told = "";
    private long namesakes;
    private List<String> strangers = List.of();

    /** Keys that have to be the same on all nodes with workers, and are not. */
    int count() {
        return keys.size();
    }

    /**
     * Compares, and says what has changed since it did so last.
     *
     * @param strangers where members are that are given counts and cannot read them
     */
    synchronized void look(MemberSheet own, List<MemberSheet> others, List<String> strangers) {
        var found = new TreeSet<String>();
        var differing = new TreeSet<String>();
        for (var other : others) {
            if (other.database() != null && own.database() != null) {
                for (var key : differingKeys(own.settings(), other.settings())) {
                    differing.add(key);
                    found.add("%s on node %s".formatted(key, other.node()));
                }
            }
        }
        keys = differing;
        tellOfDifferences(String.join(", ", found));
        tellOfNamesakes(
                own.node(),
                others.stream().filter(other -> other.node().equals(own.node())).count());
        tellOfStrangers(strangers);
    }

    private static Set<String> differingKeys(Map<String, String> own, Map<String, String> others) {
        return own.entrySet().stream()
                // What another release does not know of cannot be compared.
                .filter(setting -> others.containsKey(setting.getKey()))
                .filter(setting -> !setting.getValue().equals(others.get(setting.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void tellOfDifferences(String now) {
        if (now.equals(told)) {
            return;
        }
        told = now;
        if (now.isEmpty()) {
            log.info("The configuration of all nodes with workers is the same again");
        } else {
            log.warn(
                    "The configuration of nodes with workers differs from this node's: {}. It has to be the same on all of"
                            + " them: whichever takes a batch decides.",
                    now);
        }
    }

    private void tellOfNamesakes(String name, long now) {
        if (now > namesakes) {
            log.warn(
                    "node.name: {} more of the cluster's members are named {}: logs and rows do not tell them apart. Set"
                            + " node.name (CLOSEOUT_NODE_NAME) on each.",
                    now,
                    name);
        }
        namesakes = now;
    }

    private void tellOfStrangers(List<String> now) {
        if (!strangers.containsAll(now)) {
            log.warn(
                    "Members of the cluster at {} are no nodes, and no lite members of Hazelcast: they are given a part of the"
                            + " reference counts, which they cannot read, and newcomers are refused. Stop them, or have"
                            + " them join with setLiteMember(true).",
                    String.join(", ", now));
        }
        strangers = now;
    }
}
