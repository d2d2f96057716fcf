/**
 * The one room that knows Vert.x's internal classes, and the names of those: whatever an upgrade of Vert.x may break is here,
 * behind methods of its public types and Netty's. Nothing here knows of connections, requests or the node, and nothing
 * decides: a class shows or makes one thing.
 */
@NullMarked
package dev.closeout.vertx;

import org.jspecify.annotations.NullMarked;
