/**
 * The metadata log: one totally ordered log for the cluster, made of create-only objects in the
 * bucket. The put itself is the fence; no clock and no quorum matter for safety.
 *
 * <p>{@link io.oxbow.s3stream.log.MetadataLog} is the contract. Two families of records ride in it:
 * the core family ({@code io.oxbow.s3stream.image}) and an application's own ({@link
 * io.oxbow.s3stream.log.ApplicationLog}), opaque here, with dense offsets of its own.
 */
@NullMarked
package io.oxbow.s3stream.log;

import org.jspecify.annotations.NullMarked;
