/** Buckets of S3 and of what speaks its protocol. {@code S3ObjectStore} is where to start. */
@NullMarked
package io.oxbow.s3stream.store.s3;

import org.jspecify.annotations.NullMarked;
