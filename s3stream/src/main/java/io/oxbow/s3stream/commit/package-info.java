/**
 * The ways of a node's parts to the bucket and the metadata log. {@code Bucket} puts and reads data
 * objects, {@code Commands} appends to the log, {@code ObjectCommitter} does one after the other.
 * {@code Health} says whether the node may still ack.
 */
@NullMarked
package io.oxbow.s3stream.commit;

import org.jspecify.annotations.NullMarked;
