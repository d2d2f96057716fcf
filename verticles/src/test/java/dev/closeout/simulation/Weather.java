package dev.closeout.simulation;

/**
 * How bad a schedule is. Each takes a few kinds of faults, not all: where everything fails, nothing gets far enough to
 * fail in an interesting way.
 *
 * @param loss the part of messages, and of answers, that are lost
 * @param doubling the part of messages that come once more
 * @param slow the part of steps that take seconds
 * @param gap the part of transactions' steps that leave time for others in between
 * @param workerFault the part of a worker's steps at which it dies
 * @param faults crashes, pauses, splits, outages and cleared maps in the whole schedule
 */
record Weather(double loss, double doubling, double slow, double gap, double workerFault, int faults) {
    static final Weather CALM = new Weather(0, 0, 0, 0, 0, 0);

    /** Little is lost, but many do the same twice, and take their time between statements. */
    static Weather churn() {
        return new Weather(0.02, 0.5, 0, 0.5, 0.02, 1);
    }

    static Weather storm(Chance chance) {
        return new Weather(
                chance.pick(0, 0.02, 0.1, 0.3),
                chance.pick(0, 0.05, 0.3),
                chance.pick(0, 0.02, 0.1),
                chance.pick(0, 0.3),
                chance.pick(0, 0.02, 0.1),
                chance.between(0, 6));
    }
}
