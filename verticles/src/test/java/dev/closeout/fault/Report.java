package dev.closeout.fault;

import java.util.ArrayList;
import java.util.List;

/** What came of all faults: a table, and its sum. */
final class Report {
    private final List<Result> results;
    private final long lost;
    private final long wrong;

    Report(List<Result> results) {
        this.results = List.copyOf(results);
        this.lost = results.stream().filter(Result::lost).count();
        this.wrong = results.stream().filter(result -> !result.isRight()).count() - lost;
    }

    /** Whether nothing was lost, nothing wrong, and something done. */
    boolean isRight() {
        return lost + wrong == 0 && !results.isEmpty();
    }

    /** @param run what the run was */
    List<String> lines(String run) {
        var lines = new ArrayList<String>(List.of(Result.HEADER));
        results.forEach(result -> lines.add(result.toString()));
        lines.add("");
        lines.add("%d faults, %d closes, lost %d, wrong %d; %s"
                .formatted(
                        results.size(),
                        results.stream().mapToLong(Result::closes).sum(),
                        lost,
                        wrong,
                        run));
        return lines;
    }
}
