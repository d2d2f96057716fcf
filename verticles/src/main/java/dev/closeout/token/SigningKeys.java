package dev.closeout.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import java.util.List;

/** The public keys that tokens are checked with. Safe on any thread. */
interface SigningKeys {
    /** Those that are known now; none while none was loaded. Does not block. */
    List<JWK> known();

    /**
     * Looks for the key of a token, when none of those known is it. Completes when {@link #known} is as new as it can be.
     *
     * @return fails with a {@link TokenException} when that cannot be found out now
     */
    Future<Void> lookFor(JWSHeader header);

    /** Completes when they are loaded, or being loaded; fails when they never can be. */
    Future<Void> start();

    /** Nothing is loaded any more. */
    Future<Void> stop();
}
