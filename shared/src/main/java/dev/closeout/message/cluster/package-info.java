/** What nodes say among themselves: no contract, it changes with any version. */
@NullMarked
package dev.closeout.message.cluster;

import org.jspecify.annotations.NullMarked;
