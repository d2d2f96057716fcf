package dev.closeout.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.message.request.PublicAddresses;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeSectionTest {
    @Test
    void isOffByDefaultAndOffersWhatIsDocumented() {
        var bridge = ConfigurationFile.load(null, Map.of()).bridge();

        assertFalse(bridge.enabled());
        assertEquals("/eventbus", bridge.path());
        assertEquals(null, bridge.token());
        assertTrue(PublicAddresses.REQUESTS.containsAll(bridge.inbound()));
        assertTrue(bridge.inbound()
                .containsAll(List.of("closeout.client.locate", "closeout.client.kick", "closeout.group.send")));
        assertFalse(bridge.inbound().stream().anyMatch(address -> address.startsWith("deadletter")));
        assertEquals(PublicAddresses.EVENTS, bridge.outbound());
        assertEquals(1_000, bridge.handlers());
        assertEquals(Duration.ofSeconds(30), bridge.pingTimeout());
        assertEquals(1 << 24, bridge.unread());
    }

    @Test
    void takesTheAddressesOfOnesOwnVerticlesAndThoseOfAnOperator() {
        var bridge = load(
                        "BRIDGE_ENABLED", "true",
                        "BRIDGE_TOKEN", "sixteen-letters!",
                        "BRIDGE_INBOUND", "[closeout.deadletters.list, com.example.calls]",
                        "BRIDGE_OUTBOUND", "[closeout.client.gone, com.example.rang]")
                .bridge();
        assertEquals(List.of("closeout.deadletters.list", "com.example.calls"), bridge.inbound());
        assertFalse(bridge.toString().contains("sixteen"), bridge::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BRIDGE_ENABLED | true | bridge.token is empty; it must be set when bridge.enabled is true",
                "BRIDGE_TOKEN | too-short | bridge.token is too short; it must be at least 16 characters",
                "BRIDGE_PATH | eventbus | bridge.path is \"eventbus\"; it must be a path such as /eventbus",
                "BRIDGE_PATH | /connect/x | bridge.path is \"/connect/x\"; it must be a path such as /eventbus",
                "BRIDGE_PATH | /api | bridge.path is \"/api\"; it must be a path such as /eventbus",
                "BRIDGE_PATH | /a/* | bridge.path is \"/a/*\"; it must be a path such as /eventbus",
                "BRIDGE_INBOUND | [closeout.batch.apply] | bridge.inbound[0] is \"closeout.batch.apply\"; it must be one of closeout.client.locate,",
                "BRIDGE_INBOUND | [a, closeout.client.gone] | bridge.inbound[1] is \"closeout.client.gone\"; it must be one of",
                "BRIDGE_INBOUND | [closeout.client.gone.media-ports] | the others of Closeout are for its nodes alone",
                "BRIDGE_INBOUND | [closeout.message.handle] | the others of Closeout are for its nodes alone",
                "BRIDGE_INBOUND | [__vertx.reply.1] | the others of Closeout are for its nodes alone",
                "BRIDGE_INBOUND | [a, a] | bridge.inbound[1] is a once more",
                "BRIDGE_INBOUND | [''] | bridge.inbound[0] is empty",
                "BRIDGE_OUTBOUND | [closeout.client.locate] | bridge.outbound[0] is \"closeout.client.locate\"; it must be one of closeout.client.arrived,",
                "BRIDGE_OUTBOUND | [closeout.lane.grant] | bridge.outbound[0] is \"closeout.lane.grant\"",
                "BRIDGE_HANDLERS | 0 | bridge.handlers is 0; it must be from 1 to 100000 handlers",
                "BRIDGE_PING_TIMEOUT | 2h | bridge.ping-timeout is 2h; it must be from 100ms to 1h",
                "BRIDGE_UNREAD | 10 | bridge.unread is 10; it must be from 1024 to 1073741824 bytes"
            })
    void refusesWhatIsWrongInASentence(String key, String value, String sentence) {
        var wrong = assertThrows(ConfigurationException.class, () -> load(key, value));

        assertTrue(String.valueOf(wrong.getMessage()).contains(sentence), wrong.getMessage());
        assertFalse(String.valueOf(wrong.getMessage()).contains("too-short"), wrong.getMessage());
    }

    private static NodeConfig load(String... keysAndValues) {
        var environment = new HashMap<String, String>();
        for (var i = 0; i < keysAndValues.length; i += 2) {
            environment.put("CLOSEOUT_" + keysAndValues[i], keysAndValues[i + 1]);
        }
        return ConfigurationFile.load(null, environment);
    }
}
