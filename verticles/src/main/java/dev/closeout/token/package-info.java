/**
 * What those who come show, and what it lets them do: shared words, and tokens that an identity provider has signed. No
 * connection, no transport. Begin with {@link dev.closeout.token.Tokens}. No text of a token is ever logged.
 */
@NullMarked
package dev.closeout.token;

import org.jspecify.annotations.NullMarked;
