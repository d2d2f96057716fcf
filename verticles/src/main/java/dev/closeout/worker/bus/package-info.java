/**
 * What the rooms of the worker share on the event bus: how a request is answered, and how the owners of connections are
 * reached. It knows nothing of what is asked.
 */
@NullMarked
package dev.closeout.worker.bus;

import org.jspecify.annotations.NullMarked;
