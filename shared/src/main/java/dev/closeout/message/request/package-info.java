/** What any member of the cluster may ask: requests, each with its answer. */
@NullMarked
package dev.closeout.message.request;

import org.jspecify.annotations.NullMarked;
