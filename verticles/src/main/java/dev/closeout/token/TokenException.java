package dev.closeout.token;

/** A token that is not taken. It has no stack trace: strangers make as many as they like. */
public final class TokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final TokenFault fault;

    public TokenException(TokenFault fault) {
        super(fault.sentence(), null, false, false);
        this.fault = fault;
    }

    public TokenFault fault() {
        return fault;
    }
}
