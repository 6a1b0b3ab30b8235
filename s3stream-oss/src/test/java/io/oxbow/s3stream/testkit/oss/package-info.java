/**
 * A stand-in for Aliyun OSS, as its public API reference describes it, for the real SDK to talk to:
 * signatures (V4 and V1) are verified, conditions, ranges, checksums, error bodies and versioning
 * are OSS's own. What it doesn't know it answers with 501 NotImplemented, so that nothing passes by
 * being ignored. {@link io.oxbow.s3stream.testkit.oss.OssStandIn} is where to start.
 */
package io.oxbow.s3stream.testkit.oss;
