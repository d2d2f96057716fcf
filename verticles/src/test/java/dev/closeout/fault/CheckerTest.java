package dev.closeout.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.fixture.Location;
import dev.closeout.fixture.TestDatabase;
import dev.closeout.message.event.ClientGone;
import dev.closeout.message.event.ConnectionClosed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the fault suite sees each wrong for which there is a suite. */
class CheckerTest {
    private final TestDatabase database = TestDatabase.create();
    private final List<Session> sessions = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final Checker checker =
            new Checker(new Ledger(database::connect), "f/", sessions, () -> told, Duration.ofMillis(50));

    CheckerTest() {
        Location.createTables(database);
        database.run(
                "CREATE SCHEMA closeout",
                "CREATE TABLE closeout.connection (incarnation bigint, number bigint, client text)",
                "CREATE TABLE closeout.client (client text)",
                "CREATE TABLE closeout.owed (client text)",
                "CREATE TABLE closeout.dead_letter (id bigint, \"row\" jsonb)");
    }

    @Test
    void acceptsWhatIsCleanedOnceAndWhatLives() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        living("f/bob", "7-2");
        rows("f/bob", 2, "7, 2");
        journal("opened", "f/bob", 2, "7, 2");

        checker.awaitClean();
        checker.check();
        assertTrue(checker.history("f/alice").contains("welcomed as 7-1"), checker.history("f/alice"));
    }

    @Test
    void seesACloseThatIsNotCleaned() {
        ended("f/alice", "7-1");
        rows("f/alice", 1, "7, 1");

        assertWrong("f/alice: 7-1 is still in closeout.connection", checker::awaitClean);
    }

    @Test
    void seesAClientThatIsNotReleased() {
        ended("f/alice", "7-1");
        database.run("INSERT INTO client_resource VALUES ('f/alice', 1)");

        assertWrong("f/alice: [f/alice] still in client_resource", checker::awaitClean);
    }

    @Test
    void seesARowOfALivingConnectionThatIsGone() {
        living("f/alice", "7-1");

        assertWrong("f/alice: 7-1 lives and is not in closeout.connection", checker::awaitClean);
    }

    @Test
    void seesACloseThatRanTwiceOrNever() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        assertWrong("f/alice: closed 7-1: 0 times, not 1", checker::check);

        journal("closed", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        assertWrong("f/alice: closed 7-1: 2 times, not 1", checker::check);
    }

    @Test
    void seesAReleaseThatRanTwiceOrNever() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        assertWrong("f/alice: gone of generation 1: 0 times, not 1", checker::check);

        gone("f/alice", 1, 0);
        gone("f/alice", 1, 0);
        assertWrong("f/alice: gone of generation 1: 2 times, not 1", checker::check);
    }

    @Test
    void seesAReleaseWhileTheClientWasConnected() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        journal("closed", "f/alice", 1, "7, 1");
        assertWrong("f/alice: something happened after generation 1", checker::check);

        ended("f/bob", "7-2");
        journal("opened", "f/bob", 2, "7, 2");
        journal("closed", "f/bob", 2, "7, 2");
        gone("f/bob", 2, 1);
        database.run("DELETE FROM journal WHERE client = 'f/alice'");
        sessions.remove(0);
        assertWrong("f/bob: gone while 1 rows of it were there", checker::check);
    }

    @Test
    void seesAConnectionThatWasWelcomedAndIsNotWrittenDown() {
        ended("f/alice", "7-1");

        assertWrong("f/alice: 7-1 was welcomed and is not written down", checker::check);
    }

    @Test
    void seesACleanupBeforeTheClientEndedIt() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        database.run("UPDATE journal SET reason = 'peer-closed' WHERE event = 'closed'");

        // This client never ended it: it saw its end.
        assertWrong("f/alice: 7-1 was cleaned before its client ended it", checker::check);
    }

    @Test
    void seesACloseUnderAClientThatIsServed() {
        var session = ended("f/alice", "7-1");
        served(session, 0, 30_000);
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        at("closed", 20_000);
        at("gone", 31_000);

        // Its row is gone, once, and it saw its end: only the order of the two is wrong.
        assertWrong("f/alice: closed was committed at " + moment(20_000) + " while 7-1 was served", checker::check);

        at("closed", 30_000);
        checker.check();
    }

    @Test
    void seesAReleaseOfAClientThatIsServedOnAnotherConnection() {
        var first = ended("f/alice", "7-1");
        var second = ended("f/alice", "8-1");
        served(first, 0, 10_000);
        served(second, 0, 30_000);
        for (var event : List.of("opened", "closed")) {
            journal(event, "f/alice", 1, "7, 1");
            journal(event, "f/alice", 1, "8, 1");
        }
        gone("f/alice", 1, 0);
        at("closed", 40_000);
        at("gone", 20_000);

        assertWrong("f/alice: gone was committed at " + moment(20_000) + " while 8-1 was served", checker::check);

        at("gone", 30_000);
        checker.check();
    }

    @Test
    void allowsOneBreathToANodeThatStoodStill() {
        var session = ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        at("closed", 8_000);
        at("gone", 8_000);
        served(session, 0, 3_000);
        // Paused until here: what was asked meanwhile is answered at once, before it can know.
        for (var asked = 3_250; asked < 12_000; asked += 250) {
            session.service().answered(moment(asked), moment(12_000));
        }
        checker.check();

        served(session, 12_250, 14_500);
        assertWrong("f/alice: closed was committed at " + moment(8_000) + " while 7-1 was served", checker::check);
    }

    @Test
    void takesAnAnswerForServiceOnlyWhenItWasAskedForAfterwards() {
        var session = ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        at("closed", 2_000);
        at("gone", 2_000);
        served(session, 0, 1_750);
        // On its way while it closed.
        session.service().answered(moment(1_999), moment(2_600));
        checker.check();
    }

    @Test
    void seesADeadLetter() {
        database.run("INSERT INTO closeout.dead_letter VALUES (1, '{\"client\": \"f/alice\"}')");

        assertWrong("f/: a hook's row is in closeout.dead_letter", checker::check);
    }

    private Session living(String client, String id) {
        var session = new Session(client, 0, "TCP");
        session.welcomed(id);
        sessions.add(session);
        return session;
    }

    private Session ended(String client, String id) {
        var session = living(client, id);
        session.ended("closed");
        return session;
    }

    /** Answered all the time from then on and until then, in milliseconds. */
    private static void served(Session session, int from, int until) {
        for (var asked = from; asked < until; asked += 250) {
            session.service().answered(moment(asked), moment(asked + 1));
        }
    }

    private static Instant moment(int millis) {
        return Instant.parse("2026-01-01T00:00:00Z").plusMillis(millis);
    }

    /** When all of an event was committed. */
    private void at(String event, int millis) {
        database.run("UPDATE journal SET at = '%s' WHERE event = '%s'".formatted(moment(millis), event));
    }

    @Test
    void seesAHandlerThatHasNotAnswered() {
        database.run("INSERT INTO closeout.owed VALUES ('f/alice')");

        assertWrong("f/alice: [f/alice] still in closeout.owed", checker::awaitClean);
    }

    @Test
    void seesAHandlerThatWasNotCalled() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        database.run("DELETE FROM journal WHERE event = 'answered'");
        assertWrong("f/alice: generation 1: gone 1 times, answered 0 times", checker::check);

        called("answered", "f/alice", 1);
        database.run("DELETE FROM journal WHERE event = 'posted'");
        assertWrong("f/alice: generation 1: gone 1 times, posted 0 times", checker::check);
    }

    @Test
    void seesAnEventThatHasNotHappenedYetOrIsToldTwice() {
        ended("f/alice", "7-1");
        journal("opened", "f/alice", 1, "7, 1");
        journal("closed", "f/alice", 1, "7, 1");
        gone("f/alice", 1, 0);
        at("opened", 1_000);
        at("closed", 2_000);
        at("gone", 3_000);
        told.add(new Told(5, ConnectionClosed.ADDRESS, "f/alice", "7-1", moment(2_100)));
        told.add(new Told(5, ClientGone.ADDRESS, "f/alice", "1", moment(3_100)));
        // Another node hears of it too.
        told.add(new Told(6, ClientGone.ADDRESS, "f/alice", "1", moment(3_100)));
        checker.check();

        told.add(new Told(6, ConnectionClosed.ADDRESS, "f/alice", "7-1", moment(1_900)));
        assertWrong(
                "f/alice: %s of 7-1 was told and had not happened".formatted(ConnectionClosed.ADDRESS), checker::check);

        told.set(3, told.get(0));
        assertWrong("f/alice: %s of 7-1 was told twice".formatted(ConnectionClosed.ADDRESS), checker::check);
    }

    @Test
    void seesAMessageThatComesTwiceOrToAnother() {
        var session = living("f/bob", "7-2");
        rows("f/bob", 2, "7, 2");
        journal("opened", "f/bob", 2, "7, 2");
        session.heard("one 1 f/bob 7-2");
        // Another connection of this client's said it to all of them.
        session.heard("all 2 f/bob 8-1");
        checker.check();

        session.heard("one 3 f/bob 8-1");
        assertWrong("f/bob: heard 'one 3 f/bob 8-1', which another connection said", checker::check);
        session.heard("all 2 f/alice 7-1");
        assertWrong("f/bob: heard 'all 2 f/alice 7-1', which is not its own", checker::check);
        session.heard("one 1 f/bob 7-2");
        assertWrong("f/bob: heard 'one 1 f/bob 7-2' twice", checker::check);
    }

    @Test
    void seesAHandlerThatWasCalledForAClientThatIsThere() {
        living("f/bob", "7-2");
        rows("f/bob", 2, "7, 2");
        journal("opened", "f/bob", 2, "7, 2");
        called("answered", "f/bob", 2);

        assertWrong("f/bob: generation 2: gone 0 times, answered 1 times", checker::check);
    }

    private void journal(String event, String client, int generation, String connection) {
        database.run(
                """
                INSERT INTO journal (event, client, generation, incarnation, connection)
                VALUES ('%s', '%s', %d, %s)"""
                        .formatted(event, client, generation, connection));
    }

    private void gone(String client, int generation, int held) {
        database.run("INSERT INTO journal (event, client, generation, held) VALUES ('gone', '%s', %d, %d)"
                .formatted(client, generation, held));
        called("answered", client, generation);
        called("posted", client, generation);
    }

    private void called(String how, String client, int generation) {
        database.run("INSERT INTO journal (event, client, generation) VALUES ('%s', '%s', %d)"
                .formatted(how, client, generation));
    }

    private void rows(String client, int generation, String connection) {
        database.run(
                "INSERT INTO closeout.connection VALUES (%s, '%s')".formatted(connection, client),
                "INSERT INTO closeout.client VALUES ('%s')".formatted(client),
                "INSERT INTO location VALUES (%s, '%s')".formatted(connection, client),
                "INSERT INTO client_resource VALUES ('%s', %d)".formatted(client, generation));
    }

    private static void assertWrong(String what, Runnable judging) {
        var wrong = assertThrows(WrongException.class, judging::run);
        assertEquals(what, String.valueOf(wrong.getMessage()).substring(0, what.length()));
    }
}
