package dev.closeout.token;

/** Why a token is not taken. The sentences are told to whoever showed it: nothing of the token is in them. */
public enum TokenFault {
    /** Of a shared word. */
    WORD("word", "the token is missing or wrong"),
    MISSING("missing", "the token is missing"),
    TOO_LONG("too-long", "the token has more than %d characters".formatted(JwtTokens.LONGEST)),
    MALFORMED("malformed", "this is no token that can be read"),
    /** Not signed at all, too. */
    ALGORITHM("algorithm", "the token is not signed as it has to be"),
    UNKNOWN_KEY("unknown-key", "the token is signed with a key that is not known"),
    SIGNATURE("signature", "the token's signature is wrong"),
    ISSUER("issuer", "the token is of another issuer"),
    AUDIENCE("audience", "the token is for another audience"),
    /** A claim that has to be there is not, or is of another kind. */
    CLAIMS("claims", "the token does not say when it runs out, or whose it is, or says so in a wrong form"),
    NOT_YET_VALID("not-yet-valid", "the token does not count yet"),
    EXPIRED("expired", "the token has run out"),
    /** Good, and somebody else's. */
    CLIENT("client", "the token is another client's"),
    /** No key could be loaded, or none anew that may be the one. */
    KEYS_AWAY("keys-away", "tokens cannot be checked now"),
    BUSY("busy", "too many tokens are being checked");

    private final String label;
    private final String sentence;

    TokenFault(String label, String sentence) {
        this.label = label;
        this.sentence = sentence;
    }

    /** Lower case with dashes, as in metrics. */
    public String label() {
        return label;
    }

    /** For whoever showed it. */
    public String sentence() {
        return sentence;
    }

    /** Whether the same token may be taken later. */
    public boolean retryHelps() {
        return this == KEYS_AWAY || this == BUSY;
    }
}
