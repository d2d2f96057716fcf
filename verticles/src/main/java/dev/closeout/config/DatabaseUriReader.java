package dev.closeout.config;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the address of a database, part by part. What it refuses it says without the password. */
final class DatabaseUriReader {
    private static final String KEY = "database.uri";
    private static final String FORM = "like postgresql://user:password@host:5432/database";
    private static final String ENCODING =
            "; in a user or password write @ as %40, / as %2F, # as %23, ? as %3F, : as %3A and % as %25";

    private static final Pattern SHAPE =
            Pattern.compile("postgres(?:ql)?://(?:([^@/?#]*)@)?([^@/?#]*)(?:/([^@/?#]*))?(?:\\?([^#]*))?");
    private static final Pattern HOST = Pattern.compile("(?:\\[([^\\[\\]\\s]+)]|([^\\[\\]:\\s]+))(?::(\\d{1,5}))?");
    private static final Pattern ENCODED = Pattern.compile("(?:[^%]|%[0-9a-fA-F]{2})*");
    private static final int POSTGRESQL = 5432;

    /** What else is written there, for other programs, and what to write here. */
    private static final Map<String, String> CURES = Map.of(
            "ssl", "sslmode=require or sslmode=verify-full",
            "connect_timeout", "the key database.connect-timeout",
            "application_name", "nothing: the database sees Closeout's own",
            "target_session_attrs", "nothing: the server that takes writes is found",
            "channel_binding", "nothing: the channel is bound wherever the server offers it",
            "search_path", "options=-c%20search_path=...",
            "user", "it before the host",
            "password", "it before the host",
            "sslpassword", "nothing, and an sslkey that is not encrypted");

    private static final List<String> PARAMETERS = List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "options");

    private final String uri;

    DatabaseUriReader(String uri) {
        this.uri = uri;
    }

    DatabaseUri read() {
        Check.that(
                uri.startsWith("postgresql://") || uri.startsWith("postgres://"),
                KEY,
                "not a PostgreSQL address",
                FORM);
        var shape = SHAPE.matcher(uri);
        Check.that(shape.matches(), KEY, "not readable", FORM + ENCODING);
        Check.that(shape.group(1) != null && !shape.group(1).startsWith(":"), KEY, "without a user", FORM);
        // Whatever follows the first colon is the password, colons too.
        var who = shape.group(1).split(":", 2);
        var user = decoded(who[0]);
        var password = who.length < 2 ? "" : decoded(who[1]);
        var hosts = Arrays.stream(shape.group(2).split(",", -1))
                .map(DatabaseUriReader::host)
                .toList();
        var path = shape.group(3);
        var database = path == null || path.isEmpty() ? user : decoded(path);
        var parameters = parameters(shape.group(4));
        return new DatabaseUri(
                hosts,
                user,
                password,
                database,
                sslMode(parameters),
                parameters.get("sslrootcert"),
                parameters.get("sslcert"),
                parameters.get("sslkey"),
                parameters.get("options"));
    }

    private static DatabaseUri.Host host(String text) {
        var host = HOST.matcher(text);
        Check.that(host.matches(), KEY, "without a host, or with one that is not readable", FORM + ENCODING);
        var port = host.group(3) == null ? POSTGRESQL : Integer.parseInt(host.group(3));
        Check.that(port > 0 && port <= 65_535, KEY, "with the port " + port, "with one from 1 to 65535");
        return new DatabaseUri.Host(host.group(1) == null ? host.group(2) : host.group(1), port);
    }

    private static Map<String, String> parameters(@Nullable String text) {
        var parameters = new HashMap<String, String>();
        for (var one : text == null ? new String[0] : text.split("&")) {
            var parts = one.split("=", 2);
            var name = decoded(parts[0]);
            if (!PARAMETERS.contains(name)) {
                throw new ConfigurationException(KEY, unknown(name));
            }
            Check.that(
                    parts.length == 2 && !parts[1].isEmpty(), KEY, "with an empty " + name, "with a value, or without");
            Check.that(parameters.put(name, decoded(parts[1])) == null, KEY, "with two of " + name, "with one");
        }
        return parameters;
    }

    /** Without its value, which may be a secret. */
    private static String unknown(String name) {
        var cure = CURES.get(name);
        return cure == null
                ? "%s: %s is not a parameter; those that are: %s".formatted(KEY, name, String.join(", ", PARAMETERS))
                : "%s: %s is not a parameter; write %s".formatted(KEY, name, cure);
    }

    private static SslMode sslMode(Map<String, String> parameters) {
        var mode = parameters.getOrDefault("sslmode", "prefer");
        for (var known : SslMode.values()) {
            if (mode.equals(known.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return known;
            }
        }
        throw new ConfigurationException(
                KEY,
                "%s: sslmode is %s; it must be disable, allow, prefer, require, verify-ca or verify-full"
                        .formatted(KEY, mode));
    }

    /** Not as in a form: a plus is a plus. */
    private static String decoded(String text) {
        Check.that(ENCODED.matcher(text).matches(), KEY, "with a % that encodes nothing", FORM + ENCODING);
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var to = 0;
        for (var from = 0; from < bytes.length; from++, to++) {
            if (bytes[from] == '%') {
                bytes[to] = (byte) ((Character.digit(bytes[from + 1], 16) << 4) + Character.digit(bytes[from + 2], 16));
                from += 2;
            } else {
                bytes[to] = bytes[from];
            }
        }
        return new String(bytes, 0, to, StandardCharsets.UTF_8);
    }
}
