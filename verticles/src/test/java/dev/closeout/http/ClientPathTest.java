package dev.closeout.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientPathTest {
    @ParameterizedTest
    @CsvSource({"/connect/alice,alice", "/connect/sip%3aa%40b,sip:a@b", "/connect/%CE%A9,Ω", "/connect/a+b,a+b"})
    void decodesTheLastSegment(String path, String client) {
        assertEquals(client, ClientPath.read(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connect/", "/connect/%", "/connect/%4", "/connect/%zz", "/connect/%ff", "/connect/%00"})
    void refusesWhatIsNoClientId(String path) {
        assertThrows(IllegalArgumentException.class, () -> ClientPath.read(path));
    }
}
