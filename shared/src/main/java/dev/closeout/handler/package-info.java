/**
 * How work reaches verticles of one's own: what clients send, and what is owed when they have gone. On any member of the
 * cluster, a node or not.
 */
@NullMarked
package dev.closeout.handler;

import org.jspecify.annotations.NullMarked;
