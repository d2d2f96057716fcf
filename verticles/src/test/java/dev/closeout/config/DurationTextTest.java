package dev.closeout.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"250ms,250", "10s,10000", "10 s,10000", "5m,300000", "1h,3600000", "0,0", "0s,0"})
    void readsAWholeNumberAndAUnit(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), DurationText.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10 seconds", "1.5s", "-1s", "", "s", "99999999999s"})
    void refusesAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> DurationText.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"250ms", "1500ms", "10s", "5m", "90s", "2h", "0s"})
    void writesWhatItReads(String text) {
        assertEquals(text, DurationText.write(DurationText.read(text)));
    }
}
