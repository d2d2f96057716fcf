package dev.closeout.tenure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.cluster.Judge;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenureTest {
    private static final long LEASE = 1_000;
    private static final Judge OWN = judge("own");
    private static final Judge A = judge("a");
    private static final Judge B = judge("b");

    @Test
    void isHeldForThreeQuartersOfALeaseFromWhenItWasAskedFor() {
        var tenure = tenure(OWN, A);
        assertTrue(tenure.isHeldAt(750));
        assertFalse(tenure.isHeldAt(751));
        tenure.renewed(tenure.ask(500), 700, List.of(OWN, A));
        assertTrue(tenure.isHeldAt(1_250));
        assertFalse(tenure.isHeldAt(1_251));
    }

    @Test
    void whatIsOverStaysOver() {
        var tenure = tenure(OWN, A);
        tenure.renewed(tenure.ask(700), 751, List.of(OWN));
        assertFalse(tenure.isHeldAt(751));
    }

    @Test
    void onlyTheWordOfEveryOtherJudgeHoldsIt() {
        var tenure = tenure(OWN, A, B);
        tenure.word(tenure.ask(300), 310, "own");
        tenure.word(tenure.ask(400), 410, "a");
        assertFalse(tenure.isHeldAt(800));
        tenure.word(tenure.ask(500), 510, "b");
        // Since the oldest of the words that it lives by.
        assertTrue(tenure.isHeldAt(1_150));
        assertFalse(tenure.isHeldAt(1_151));
    }

    @Test
    void whoHasLeftOrIsDeadNeedNotGiveItsWord() {
        var tenure = tenure(OWN, A, B);
        tenure.left("a");
        tenure.dead(tenure.ask(500), 510, "b");
        assertTrue(tenure.isHeldAt(1_250));
    }

    @Test
    void withoutAnyOtherJudgeItIsHeld() {
        var tenure = tenure(OWN);
        tenure.holdIfNobodyJudges(tenure.ask(500), 510);
        assertTrue(tenure.isHeldAt(1_250));
    }

    @Test
    void aJudgeThatItDidNotKnowIsToGiveItsWordAtOnce() {
        var tenure = tenure(OWN);
        tenure.introduced(A, 100, 80);
        assertTrue(tenure.isHeldAt(140));
        assertFalse(tenure.isHeldAt(141));
        tenure.word(tenure.ask(110), 120, "a");
        assertTrue(tenure.isHeldAt(860));
        tenure.introduced(A, 200, 80);
        assertTrue(tenure.isHeldAt(860));
    }

    @Test
    void aListThatIsOlderThanAnIntroductionDoesNotForgetIt() {
        var tenure = tenure(OWN);
        var before = tenure.ask(100);
        tenure.introduced(A, 110, 1_000);
        tenure.renewed(before, 120, List.of(OWN));
        assertEquals(List.of(A), tenure.judges());
        tenure.renewed(tenure.ask(130), 140, List.of(OWN));
        assertEquals(List.of(), tenure.judges());
    }

    @Test
    void whoKeepsItsSocketsLivesByOneWord() {
        var tenure = new Tenure(1, "own", LEASE, true, 0, List.of(A, B));
        tenure.word(tenure.ask(500), 510, "a");
        assertTrue(tenure.isHeldAt(1_250));
    }

    @Test
    void nobodyIsJudgedWhoWasSparedNorSparedWhoIsJudged() {
        var promises = new Promises();
        assertTrue(promises.spare(1, 0, LEASE));
        assertFalse(promises.judge(1, LEASE - 1, 10));
        assertTrue(promises.judge(2, LEASE - 1, 10));
        assertFalse(promises.spare(2, LEASE, LEASE));
        promises.acquit(2);
        assertTrue(promises.spare(2, LEASE, LEASE));
        assertTrue(promises.judge(1, LEASE, 10));
        assertFalse(promises.spare(1, LEASE + 9, LEASE));
        assertTrue(promises.spare(1, LEASE + 10, LEASE));
    }

    private static Tenure tenure(Judge... listed) {
        return new Tenure(1, "own", LEASE, false, 0, List.of(listed));
    }

    private static Judge judge(String process) {
        return new Judge(process, "127.0.0.1", 1);
    }
}
