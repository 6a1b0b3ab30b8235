/**
 * Reads of a stream: {@code StreamReader} chooses between tail, write-ahead log and data objects;
 * {@code CommittedRange} reads the last through the node's caches. {@link
 * io.oxbow.s3stream.read.ExtentReader} reads committed data around them, for background work.
 */
@NullMarked
package io.oxbow.s3stream.read;

import org.jspecify.annotations.NullMarked;
