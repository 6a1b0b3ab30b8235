/**
 * What tests of this and of other modules share (as a test-jar): a store in memory, real S3 servers
 * as processes of their own, and the rule for tests that need a server that may be absent.
 *
 * <p>Servers are started once per JVM, on free loopback ports, and ended by their process handle.
 */
package io.oxbow.s3stream.testkit;
