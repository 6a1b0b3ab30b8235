package io.oxbow.s3stream.testkit.oss;

/**
 * Account whose keys may sign requests.
 *
 * @param token of temporary keys; empty for lasting ones
 */
public record OssAccount(String id, String secret, String token) {}
