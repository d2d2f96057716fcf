package dev.closeout.config;

import org.jspecify.annotations.Nullable;

/** A configuration that cannot be used. The message names the key, the value and what would be right. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The key whose value its record refuses; null: the message says where the fault is. */
    private final @Nullable String key;

    public ConfigurationException(String message) {
        this(null, message);
    }

    ConfigurationException(@Nullable String key, String message) {
        super(message);
        this.key = key;
    }

    @Nullable String key() {
        return key;
    }
}
