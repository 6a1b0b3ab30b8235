package io.oxbow.s3stream.engine;

/**
 * Fill level of a node's write-ahead log at one moment.
 *
 * @param usedBytes not trimmed yet, of the volume where they are most
 * @param capacityBytes what each volume holds at most
 */
public record WalStats(long usedBytes, long capacityBytes) {}
