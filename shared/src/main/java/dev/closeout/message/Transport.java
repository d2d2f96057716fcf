package dev.closeout.message;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How a connection came.
 *
 * @param label what SQL and metrics call it: a lower-case letter, then letters, digits and dashes, 1 to 32 characters
 */
public record Transport(String label) {
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public static final Transport TCP = new Transport("tcp");
    public static final Transport WEBSOCKET = new Transport("websocket");
    /** Server-sent events. On the wire it is one of the others, as nodes before it know it. */
    public static final Transport SSE = new Transport("sse");

    /** What stands for any other on the wire; its label follows. */
    public static final int OTHER = 0;
    /** The place in this list, counted from 1, stands for a transport on the wire: never given to another. */
    private static final List<Transport> CODED = List.of(TCP, WEBSOCKET);

    public Transport {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException(
                    "a transport's label is a lower-case letter, then letters, digits and dashes, at most 32; not '%s'"
                            .formatted(label));
        }
    }

    public int code() {
        return CODED.indexOf(this) + 1;
    }

    public static Transport of(int code) {
        if (code < 1 || code > CODED.size()) {
            throw new IllegalArgumentException("no transport has the code " + code);
        }
        return CODED.get(code - 1);
    }
}
