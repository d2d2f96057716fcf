/**
 * Every door by which a client comes in, each with and without TLS, with and without a token, and every way out again. What
 * one transport alone can do stands beside that transport.
 */
@NullMarked
package dev.closeout.door;

import org.jspecify.annotations.NullMarked;
