/**
 * The way of an append into tail and write-ahead log. {@code StreamWriter} takes the appends of one
 * stream; {@code WritePath} starts and stops what they pass through.
 */
@NullMarked
package io.oxbow.s3stream.write;

import org.jspecify.annotations.NullMarked;
