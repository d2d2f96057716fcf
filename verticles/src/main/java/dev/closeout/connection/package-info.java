/**
 * What a verticle needs to own connections: a table, a lane, one way to end each. Everything here runs on the owner's
 * event loop, without locks; no database, no Hazelcast. Begin with {@link dev.closeout.connection.Connections}.
 */
@NullMarked
package dev.closeout.connection;

import org.jspecify.annotations.NullMarked;
