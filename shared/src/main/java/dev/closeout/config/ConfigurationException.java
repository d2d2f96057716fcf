package dev.closeout.config;

/** A configuration that cannot be used. The message names the key, the value and what would be right. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        super(message);
    }
}
