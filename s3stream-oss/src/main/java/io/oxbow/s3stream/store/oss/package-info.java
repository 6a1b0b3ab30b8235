/** Buckets of Aliyun OSS. {@code OssObjectStore} is where to start. */
@NullMarked
package io.oxbow.s3stream.store.oss;

import org.jspecify.annotations.NullMarked;
