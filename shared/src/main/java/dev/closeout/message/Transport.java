package dev.closeout.message;

/** How a connection came. */
public enum Transport {
    TCP(1, "tcp"),
    WEBSOCKET(2, "websocket");

    private static final Transport[] VALUES = values();

    private final int code;
    private final String label;

    Transport(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** What stands for it on the wire: 1 to 127, never given to another. */
    public int code() {
        return code;
    }

    static Transport of(int code) {
        for (var value : VALUES) {
            if (value.code == code) {
                return value;
            }
        }
        throw new IllegalArgumentException("no transport has the code " + code);
    }

    /** Lower case, as in SQL and metrics. */
    public String label() {
        return label;
    }
}
