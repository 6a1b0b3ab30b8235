package io.oxbow.s3stream.stream;

/** Identity of a running node in the metadata log. */
record Registration(int nodeId, long nodeEpoch) {}
