/**
 * Indexes and blocks of data objects in memory, shared by all readers of a node.
 *
 * <p>Start with {@code ObjectCaches}: it walks a stream's extents ({@code ExtentWalk}, {@code
 * BlockWalk}) and hands out blocks ({@code CachedBlock}) that lie in {@code BlockMemory}. {@code
 * SharedCache} decides which stay, {@code Readahead} which are fetched before they are asked for.
 */
@NullMarked
package io.oxbow.s3stream.cache;

import org.jspecify.annotations.NullMarked;
