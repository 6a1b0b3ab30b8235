package io.oxbow.s3stream.commit;

/** Identity of a running node in the metadata log. */
public record Registration(int nodeId, long nodeEpoch) {}
