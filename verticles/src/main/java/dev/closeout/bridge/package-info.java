/**
 * The event bus for those who are not on the JVM: a guard in front of the bridge of Vert.x Web, which checks every frame
 * before that sees it. Only requests and events that the configuration names pass. Runs on event loops.
 */
@NullMarked
package dev.closeout.bridge;

import org.jspecify.annotations.NullMarked;
