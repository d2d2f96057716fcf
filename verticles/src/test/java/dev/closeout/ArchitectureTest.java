package dev.closeout;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.core.Deployable;
import java.util.Set;

/** The house: who may know whom. */
@AnalyzeClasses(packages = "dev.closeout", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    /** What verticles of one's own compile against, whatever else they need. */
    private static final String[] CONTRACT = {
        "dev.closeout.message..", "dev.closeout.failure..", "dev.closeout.handler..",
    };

    /** What users compile against: one more is a promise, one fewer breaks somebody's build. */
    private static final Set<String> PUBLIC_CONTRACT = Set.of(
            "failure.Backoff",
            "failure.Failure",
            "failure.LogThrottle",
            "handler.HandlerName",
            "handler.MessageHandlers",
            "handler.OwedHandlers",
            "handler.OwedRegistration",
            "message.ClientId",
            "message.CloseReason",
            "message.ConnectionId",
            "message.Json",
            "message.LaneId",
            "message.Message",
            "message.Payload",
            "message.Text",
            "message.Transport",
            "message.event.ClientArrived",
            "message.event.ClientGone",
            "message.event.ConnectionClosed",
            "message.event.ConnectionOpened",
            "message.request.CountClients",
            "message.request.CountCluster",
            "message.request.DeadLetter",
            "message.request.DropDeadLetter",
            "message.request.HandleMessages",
            "message.request.JoinGroup",
            "message.request.KickClient",
            "message.request.KickConnection",
            "message.request.LeaveGroup",
            "message.request.ListClients",
            "message.request.ListConnections",
            "message.request.ListDeadLetters",
            "message.request.ListGroup",
            "message.request.ListNodes",
            "message.request.ListOwed",
            "message.request.LocateClient",
            "message.request.LocateConnection",
            "message.request.PublicAddresses",
            "message.request.Reached",
            "message.request.ResendDeadLetter",
            "message.request.ResendDeadLetters",
            "message.request.SendToClient",
            "message.request.SendToConnection",
            "message.request.SendToGroup");

    private static final String[] FOUNDATION = {
        "dev.closeout.config..",
        "dev.closeout.lane..",
        "dev.closeout.tenure..",
        "dev.closeout.counts..",
        "dev.closeout.vertx..",
    };

    /** Of a room of the worker's others see its door, and what work hands from room to room. */
    private static final Set<String> WORKERS_DOORS = Set.of(
            "Workers",
            "bus.Answers",
            "bus.Owners",
            "cleanup.Cleanup",
            "hook.AfterCommit",
            "hook.Event",
            "hook.EventRow",
            "hook.Hooks",
            "hook.OwedHandlerNames",
            "hook.PendingEvents",
            "hook.Statements",
            "owed.Owed",
            "postgres.Database",
            "postgres.DatabaseIdentity",
            "postgres.FailingSpell",
            "postgres.LockWatch",
            "postgres.MigrationSockets",
            "postgres.Postgres",
            "postgres.SqlState",
            "request.Requests");

    /**
     * I8, the first half: an event loop's code cannot even name the database. One class of the room of Vert.x's internals
     * must: it breaks off connections that it is handed, and who may not name them has none to hand it.
     */
    @ArchTest
    static final ArchRule ONLY_WORKERS_SPEAK_TO_POSTGRESQL = noClasses()
            .that()
            .resideOutsideOfPackage("dev.closeout.worker..")
            .and()
            .doNotHaveFullyQualifiedName("dev.closeout.vertx.PgSockets")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "org.flywaydb..");

    /** I8, the second half. */
    @ArchTest
    static final ArchRule ONLY_THE_COUNTS_AND_THE_PROGRAM_KNOW_HAZELCAST = noClasses()
            .that()
            .resideOutsideOfPackages("dev.closeout.counts..", "dev.closeout.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast..");

    /** An upgrade of Vert.x breaks one place. Hazelcast's cluster manager is public, though its package ends like the SPI. */
    @ArchTest
    static final ArchRule ONE_ROOM_KNOWS_THE_INTERNALS_OF_VERTX = noClasses()
            .that()
            .resideOutsideOfPackage("dev.closeout.vertx..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..", "io.vertx..spi..")
                    .and(resideOutsideOfPackages("io.vertx.spi.cluster.hazelcast")));

    /** Whoever only handles messages and owed work needs no Hazelcast, no PostgreSQL and no metrics of Closeout's. */
    @ArchTest
    static final ArchRule THE_CONTRACT_NEEDS_VERTX_CORE_AND_NO_MORE = classes()
            .that()
            .resideInAnyPackage(CONTRACT)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(CONTRACT)
                    .or(resideInAnyPackage(
                            "java..", "io.vertx.core..", "com.fasterxml.jackson..", "org.slf4j..", "org.jspecify..")));

    /** What nodes say among themselves is in none of it. */
    @ArchTest
    static final ArchRule THE_CONTRACT_IS_WHAT_WAS_PROMISED = classes()
            .that()
            .resideInAnyPackage(CONTRACT)
            .and()
            .resideOutsideOfPackage("dev.closeout.message.cluster..")
            .and()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should(be("part of the public contract", PUBLIC_CONTRACT, "dev.closeout."));

    @ArchTest
    static void nothingThatWasPromisedIsGone(JavaClasses classes) {
        PUBLIC_CONTRACT.forEach(name -> assertTrue(classes.contain("dev.closeout." + name), name));
    }

    /** What everything stands on stands on nothing but the contract: whatever package is new is none of these. */
    @ArchTest
    static final ArchRule WHAT_BEHAVIOUR_STANDS_ON_KNOWS_NO_BEHAVIOUR = noClasses()
            .that()
            .resideInAnyPackage(FOUNDATION)
            .should()
            .dependOnClassesThat(resideInAPackage("dev.closeout..")
                    .and(resideOutsideOfPackages(CONTRACT))
                    .and(resideOutsideOfPackages(FOUNDATION)));

    @ArchTest
    static final ArchRule THE_LANE_IS_PLAIN_STATE = noClasses()
            .that()
            .resideInAnyPackage("dev.closeout.lane..", "dev.closeout.tenure..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.vertx..").or(resideInAPackage("com.hazelcast..")));

    @ArchTest
    static final ArchRule ROOMS_ARE_ENTERED_BY_THEIR_DOORS = classes()
            .that()
            .resideInAPackage("dev.closeout.worker..")
            .and()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and()
            .doNotHaveSimpleName("package-info")
            .should(be("among the doors of the worker", WORKERS_DOORS, "dev.closeout.worker."));

    @ArchTest
    static final ArchRule VERTICLES_MEET_IN_MESSAGES = classes()
            .that()
            .areAssignableTo(Deployable.class)
            .should(notKnow(assignableTo(Deployable.class).and(resideInAPackage("dev.closeout.."))));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.closeout.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_THING_IS = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Manager|Helper|Constants)")
            .orShould()
            .haveSimpleNameStartingWith("Abstract");

    private static ArchCondition<JavaClass> be(String what, Set<String> listed, String prefix) {
        return new ArchCondition<>("be " + what) {
            @Override
            public void check(JavaClass each, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        each, listed.contains(each.getName().substring(prefix.length())), each.getName()));
            }
        };
    }

    private static ArchCondition<JavaClass> notKnow(DescribedPredicate<JavaClass> others) {
        return new ArchCondition<>("not know another verticle") {
            @Override
            public void check(JavaClass verticle, ConditionEvents events) {
                verticle.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> others.test(dependency.getTargetClass()))
                        .filter(dependency -> !dependency.getTargetClass().equals(verticle))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }
}
