package dev.closeout.api;

/** Carries a problem to where it is answered. Without a stack: it is an answer, not a fault. */
final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
