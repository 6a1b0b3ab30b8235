/**
 * Stand-in for Aliyun OSS, by its public API reference, for the real SDK. It verifies signatures
 * (V4 and V1), and has OSS's conditions, ranges, checksums, error bodies and versioning. A request
 * that it doesn't know gets 501 NotImplemented, so that nothing passes by being ignored. {@link
 * io.oxbow.s3stream.testkit.oss.OssStandIn} is where to start.
 */
package io.oxbow.s3stream.testkit.oss;
