package dev.closeout.message.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.event.ClientGone;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PublicAddressesTest {
    /** A new message is either among these, or meant for everybody: its author has to say. */
    private static final Set<String> WITHIN_THE_CLUSTER = Set.of(
            "closeout.batch.apply",
            "closeout.counts.lost",
            "closeout.counts.mend",
            "closeout.database.check",
            "closeout.handler.registered",
            "closeout.incarnation.fenced",
            "closeout.judge.left",
            "closeout.lane.open",
            "closeout.lane.return",
            "closeout.lane.grant",
            "closeout.lease.confirm",
            "closeout.lease.renew",
            "closeout.message.handle",
            "closeout.node.ask",
            "closeout.node.join",
            "closeout.node.leave",
            "closeout.rows.list",
            "closeout.work.owed");

    @Test
    void everyAddressIsEitherOfferedOrKeptWithinTheCluster() throws Exception {
        var known = new TreeSet<>(WITHIN_THE_CLUSTER);
        known.addAll(PublicAddresses.REQUESTS);
        known.addAll(PublicAddresses.EVENTS);

        assertEquals(known, new TreeSet<>(addresses()));
    }

    /** So they meet no address of the user's own verticles. */
    @Test
    void everyAddressIsClearlyItsOwn() throws Exception {
        for (var address : addresses()) {
            assertTrue(address.startsWith("closeout."), address);
            assertTrue(PublicAddresses.isOwn(address), address);
        }
    }

    @Test
    void knowsTheUsersAddressesFromItsOwn() {
        for (var own : List.of(
                "closeout.client.gone.media-ports",
                "closeout.connection.closed.webhook",
                "closeout.message.handle.alice",
                "closeout.connections.close.1.2",
                "closeout.anything",
                "__vertx.reply.1")) {
            assertTrue(PublicAddresses.isOwn(own), own);
        }
        for (var users : List.of(
                "calls.started",
                "com.example.batch.sealed",
                "clientele",
                "Client.gone",
                "client.gone",
                "closeouts.mine")) {
            assertFalse(PublicAddresses.isOwn(users), users);
        }
    }

    /** All texts in constants of the messages that look like an address. The name of an event is none: webhooks and configuration use it. */
    private static List<String> addresses() throws IOException, URISyntaxException, ReflectiveOperationException {
        var classes = Path.of(ClientGone.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var addresses = new ArrayList<String>();
        try (var files = Files.walk(classes.resolve("dev/closeout/message"))) {
            for (var file :
                    files.filter(file -> file.toString().endsWith(".class")).toList()) {
                var name = classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                if (name.endsWith("package-info")) {
                    continue;
                }
                for (var field : Class.forName(name).getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers())
                            && Modifier.isPublic(field.getModifiers())
                            && field.getType() == String.class
                            && !field.getName().equals("EVENT")
                            && String.valueOf(field.get(null)).matches("[a-z]+(\\.[a-z]+)+")) {
                        addresses.add(String.valueOf(field.get(null)));
                    }
                }
            }
        }
        return addresses;
    }
}
