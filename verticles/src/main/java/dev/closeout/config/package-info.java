/**
 * What an operator sets: a tree of immutable records, parsed once from YAML and the environment. Each record checks
 * itself in its constructor, in sentences that name the key, the value and what would be right. No record knows where
 * its values came from.
 */
@NullMarked
package dev.closeout.config;

import org.jspecify.annotations.NullMarked;
