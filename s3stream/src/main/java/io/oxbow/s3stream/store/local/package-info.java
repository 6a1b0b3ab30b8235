/**
 * Buckets in local directories. {@code LocalObjectStore} puts by a temporary file and a link;
 * {@code FileTree} is the seam that a simulated file system takes.
 */
@NullMarked
package io.oxbow.s3stream.store.local;

import org.jspecify.annotations.NullMarked;
