/**
 * Configuration of a node's streams: {@link io.oxbow.s3stream.config.StreamStoreConfig}, and the
 * bounds that {@link io.oxbow.s3stream.config.MemoryBounds} derives from what a process has.
 */
@NullMarked
package io.oxbow.s3stream.config;

import org.jspecify.annotations.NullMarked;
