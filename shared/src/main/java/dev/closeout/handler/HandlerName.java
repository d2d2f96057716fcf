package dev.closeout.handler;

import java.util.regex.Pattern;

/** What an owed handler may be called: here, and in the configuration of those who owe it something. */
public final class HandlerName {
    /** The rule in words. */
    public static final String RULE = "1 to 100 lower case letters, digits, dots and dashes";

    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,100}");

    private HandlerName() {}

    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }
}
