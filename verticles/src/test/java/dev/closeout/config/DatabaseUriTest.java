package dev.closeout.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUriTest {
    @Test
    void readsEveryPart() {
        assertEquals(
                new DatabaseUri(
                        List.of(new DatabaseUri.Host("db1", 5432), new DatabaseUri.Host("::1", 5433)),
                        "me",
                        "p:@/#?%+ä",
                        "gate way",
                        SslMode.VERIFY_FULL,
                        "/a@b/ca.pem",
                        "c",
                        "k",
                        "-c a=b"),
                DatabaseUri.read("postgresql://me:p:%40%2F%23%3f%25+ä@db1,[::1]:5433/gate%20way"
                        + "?sslmode=verify-full&sslrootcert=/a@b/ca.pem&sslcert=c&sslkey=k&options=-c%20a=b"));
    }

    @Test
    void takesWhatIsLeftOutAsPsqlDoes() {
        var uri = DatabaseUri.read("postgres://me@db");

        assertEquals("db:5432, database me, user me", uri.toString());
        assertEquals(SslMode.PREFER, uri.sslMode());
        assertEquals(
                SslMode.VERIFY_CA,
                DatabaseUri.read("postgres://me@db?sslmode=require&sslrootcert=f")
                        .sslMode());
        assertEquals("[::1]:5432", DatabaseUri.read("postgres://me@[::1]/d").addresses());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://me:secret@db                  | is not a PostgreSQL address; it must be like",
                "postgresql://db/d                     | is without a user; it must be like",
                "postgresql://:secret@db/d             | is without a user",
                "postgresql://me:secret@/d             | is without a host",
                "postgresql://me:secret@db:0/d         | is with the port 0; it must be with one from 1 to 65535",
                "postgresql://me:secret@db:99999/d     | is with the port 99999",
                "postgresql://me:secret@db1,,db2/d     | is without a host",
                "postgresql://me:sec@ret@db/d          | in a user or password write @ as %40",
                "postgresql://me:sec/ret@db/d          | in a user or password write @ as %40, / as %2F",
                "postgresql://me:sec#ret@db/d          | # as %23",
                "postgresql://me:sec%ret@db/d          | is with a % that encodes nothing; it must be like",
                "postgresql://me:secret@db/d?sslmode=verify | sslmode is verify; it must be disable, allow, prefer,",
                "postgresql://me:secret@db/d?sslmod=require | sslmod is not a parameter; those that are: sslmode, sslr",
                "postgresql://me:secret@db/d?ssl=true       | ssl is not a parameter; write sslmode=require",
                "postgresql://me@db/d?password=secret       | password is not a parameter; write it before the host",
                "postgresql://me:secret@db/d?connect_timeout=5 | write the key database.connect-timeout",
                "postgresql://me:secret@db/d?sslmode        | is with an empty sslmode",
                "postgresql://me:secret@db/d?sslmode=allow&sslmode=allow | is with two of sslmode",
                "postgresql://me:secret@db/d?sslcert=a      | is with only one of sslcert and sslkey",
                "postgresql://me:secret@db/d?sslmode=verify-ca | it must be with sslrootcert=FILE, or sslmode=verify-full",
            })
    void whatItRefusesItNamesWithoutThePassword(String uriAndSentence) {
        var parts = uriAndSentence.split("\\|", 2);
        var message =
                String.valueOf(assertThrows(ConfigurationException.class, () -> DatabaseUri.read(parts[0].strip()))
                        .getMessage());

        assertTrue(message.startsWith("database.uri"), message);
        assertTrue(message.contains(parts[1].strip()), message);
        assertFalse(message.contains("secret") || message.contains("ret@"), message);
    }
}
