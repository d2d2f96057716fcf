package dev.closeout.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void whatIsEmptyIsNotSet() {
        var settings = of(Map.of(
                "bench.baseline", "",
                "bench.database", "",
                "bench.only", "",
                "bench.steady", "",
                "bench.nodes", ""));

        assertEquals(Optional.empty(), settings.baseline());
        assertEquals(Optional.empty(), settings.database());
        assertEquals(EnumSet.allOf(Part.class), settings.parts());
        assertEquals(Duration.ofSeconds(15), settings.steady());
        assertEquals(1, settings.nodes());
    }

    @Test
    void partsAreNamedWithCommasBetweenThem() {
        assertEquals(
                EnumSet.of(Part.STEADY, Part.TLS),
                of(Map.of("bench.only", "tls, steady")).parts());
    }

    @Test
    void aMistakeIsSaidWithItsKeyItsValueAndItsCure() {
        assertSays("bench.nodes is \"4\"; it must be a whole number of nodes from 1 to 3", "bench.nodes", "4");
        assertSays("bench.steady is \"1m\"; it must be a whole number of seconds from 3", "bench.steady", "1m");
        assertSays("bench.only is \"tls,\"; it must be some of storms, answers, steady,", "bench.only", "tls,");
        assertSays(
                "bench.database is \"postgresql://a host/db\"; it must be", "bench.database", "postgresql://a host/db");
        assertSays("bench.database is \"postgresql://host\"; it must be", "bench.database", "postgresql://host");
        assertSays("bench.baseline is \"no.jar\", and no such file is there", "bench.baseline", "no.jar");
    }

    @Test
    void aPasswordIsNotRepeated() {
        assertSays(
                "bench.database is \"mysql://me:***@host/db\"; it must be",
                "bench.database",
                "mysql://me:secret@host/db");
    }

    private static void assertSays(String expected, String key, String value) {
        var said = assertThrows(IllegalArgumentException.class, () -> of(Map.of(key, value)));
        assertTrue(String.valueOf(said.getMessage()).startsWith(expected), said::getMessage);
    }

    private static Settings of(Map<String, String> set) {
        return Settings.of(key -> set.getOrDefault(key, ""));
    }
}
