package dev.closeout.protocol;

import dev.closeout.message.ConnectionId;

/**
 * A connection that is owed a cleanup.
 *
 * @param generation the stay of the client that it belongs to
 */
public record ConnectionRow(ConnectionId id, String client, long generation) {}
