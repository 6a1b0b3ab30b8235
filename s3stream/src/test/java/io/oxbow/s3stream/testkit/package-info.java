/**
 * Test kit of this and of other modules (a test-jar): a store in memory, real S3 servers, and the
 * rule for absent servers.
 *
 * <p>Servers are started once per JVM, on free loopback ports, and ended by their process handle.
 */
package io.oxbow.s3stream.testkit;
