package dev.closeout.simulation;

import dev.closeout.failure.Failure;
import dev.closeout.message.cluster.LeaseHeld;
import dev.closeout.tenure.Tenure;
import java.util.HashSet;
import java.util.Set;

/** One renewal: asked of the own worker, or of one judge, and when that does not do, of every judge at once. */
final class Renewal {
    private static final long ANSWER_TIMEOUT = Setting.LEASE / 2;
    /** How long one may take to answer before others are asked too, and before its process is looked for. */
    private static final long SUSPICIOUS = Setting.LEASE / 10;

    /** Whoever is there: its name is not known, so its word holds nothing. */
    private static final String ANY = "";

    private final Host host;
    private final World world;
    private final Tenure tenure;
    private final Tenure.Round round;
    private final Runnable fenced;
    private final Runnable failed;
    private final Set<String> asked = new HashSet<>();
    private final Set<String> answered = new HashSet<>();
    private boolean allAsked;
    private boolean renewed;

    Renewal(Host host, Tenure tenure, Runnable fenced, Runnable failed) {
        this.host = host;
        this.world = host.world;
        this.tenure = tenure;
        this.round = tenure.ask(world.now());
        this.fenced = fenced;
        this.failed = failed;
    }

    void begin() {
        var judges = tenure.judges();
        if (host.hasWorkers()) {
            through(host.process().process());
        } else if (!judges.isEmpty()) {
            through(world.chance.pick(judges).process());
        } else {
            throughAny();
        }
        host.after(SUSPICIOUS, this::askAll);
    }

    void through(String process) {
        if (!asked.add(process)) {
            return;
        }
        if (tenure.hasEnded(process)) {
            look(process);
            return;
        }
        world.bus.<LeaseHeld>askProcess(
                host,
                process,
                ANSWER_TIMEOUT,
                (to, reply) -> to.parts().worker().renew(tenure.incarnation(), reply),
                outcome -> answered(process, outcome));
        host.after(SUSPICIOUS, () -> {
            if (!answered.contains(process)) {
                look(process);
            }
        });
    }

    /** Finds judges that have joined since. */
    private void throughAny() {
        world.bus.<LeaseHeld>ask(
                host,
                ANSWER_TIMEOUT,
                (worker, reply) -> worker.renew(tenure.incarnation(), reply),
                outcome -> answered(ANY, outcome));
    }

    private void askAll() {
        if (renewed || allAsked) {
            return;
        }
        allAsked = true;
        tenure.holdIfNobodyJudges(round, world.now());
        tenure.judges().forEach(judge -> through(judge.process()));
        throughAny();
        failed.run();
    }

    private void answered(String process, Bus.Outcome<LeaseHeld> outcome) {
        answered.add(process);
        var held = outcome.answer();
        if (held != null) {
            renewed = true;
            tenure.renewed(round, world.now(), held.judges());
            return;
        }
        if (outcome.failure() == Failure.FENCED) {
            if (world.broken == Broken.FENCED_AND_TRIED_AGAIN) {
                tenure.renewed(round, world.now(), tenure.judges());
            } else {
                fenced.run();
            }
            return;
        }
        if (outcome.failure() == Failure.DATABASE_AWAY) {
            tenure.word(round, world.now(), process);
        }
        if (isEnoughForTheBroken(process, outcome)) {
            tenure.renewed(round, world.now(), tenure.judges());
        }
        if (outcome.failure() == null && world.broken == Broken.UNREACHABLE_IS_NO_JUDGE) {
            tenure.dead(round, world.now(), process);
        }
        askAll();
    }

    private boolean isEnoughForTheBroken(String process, Bus.Outcome<LeaseHeld> outcome) {
        if (outcome.failure() != Failure.DATABASE_AWAY) {
            return false;
        }
        var own = process.equals(host.process().process());
        return world.broken == Broken.ONE_WORD_HOLDS || (own && world.broken == Broken.OWN_WORD_HOLDS);
    }

    /** Connects to the process: one whose host refuses for it has ended. */
    private void look(String process) {
        if (world.bus.isRefused(host, process) && world.broken != Broken.DEAD_IS_A_JUDGE) {
            tenure.dead(round, world.now(), process);
        }
    }
}
